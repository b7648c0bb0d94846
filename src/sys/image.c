/* sys/image.c: maps the libraries, binds them to each other and to the program, runs their constructors. */
#include "sys/image.h"

#include <sys/mman.h>

#include "sys/internal.h"
#include "sys/pool.h"
#include "sys/thread.h"

#if defined __x86_64__ && defined __GLIBC__

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <unistd.h>

enum { AHEAD = 12, MOST_IMAGES = 48, MOST_NEEDED = 24, MOST_DYNAMIC = 63, HEAD = 1024, PAGE = 4096, TLS_ROOM = 256 };

/* Thread-local variables of the images: they start as zero, and lie in the program's own block. */
static _Thread_local char tls[TLS_ROOM] __attribute__((aligned(64)));

enum whose { OF_IMAGES, OF_PROGRAM, OF_LAZY };          /* who defines what is wanted */

struct image;
struct version { const char *name; uint32_t hash; enum whose whose; const struct image *owner; };

struct image {
    const char *name;
    uintptr_t base;
    size_t len;
    const Elf64_Phdr *headers;
    size_t n_headers;
    const Elf64_Sym *symbols;
    const char *strings;
    const uint16_t *versions;
    const Elf64_Verdef *defined;
    const Elf64_Verneed *wanted;
    const uint32_t *hash;               /* DT_GNU_HASH */
    const Elf64_Rela *relocations, *calls;
    size_t n_relocations, n_calls, n_known;
    const Elf64_Relr *relative;
    size_t n_relative;
    uintptr_t init, relro;
    const uintptr_t *constructors;
    size_t n_constructors, relro_len, tls_at;
    const char *needed[MOST_NEEDED], *lazy[MOST_NEEDED];
    struct image *deps[MOST_NEEDED];          /* those of `needed` that are images */
    struct version *version;            /* that are wanted of others, by number */
    size_t n_versions;
    Elf64_Dyn dynamic[MOST_DYNAMIC + 1];
    _Atomic uintptr_t *known;           /* what undefined symbols were found to be: they stand first */
    bool constructed, is_odd;
    _Alignas(8) char head[HEAD];
};

/* Ours; what the dynamic linker loaded, the program first; what is never loaded. */
static struct image *images[MOST_IMAGES], *loaded[MOST_IMAGES], *absent[MOST_IMAGES];
static size_t n_images, n_loaded, n_absent;
static _Atomic size_t n_ready;          /* images that others may use */
static const struct image_plan *plan;

/* --- mapping ------------------------------------------------------------------------------------------------------ */

static uintptr_t page_of(uintptr_t at) { return at & ~(uintptr_t)(PAGE - 1); }
static uintptr_t page_after(uintptr_t at) { return page_of(at + PAGE - 1); }

/* The first mapping is the whole file, to be read: what is only read and lies as it does in the file is there
 * already. */
static bool map_part(struct image *m, int fd, const Elf64_Phdr *p) {
    int protection = (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) |
                     (p->p_flags & PF_X ? PROT_EXEC : 0);
    uintptr_t at = m->base + page_of(p->p_vaddr), end = m->base + p->p_vaddr + p->p_filesz,
              last = m->base + p->p_vaddr + p->p_memsz;
    bool is_there = protection == PROT_READ && p->p_offset == p->p_vaddr;
    if (p->p_filesz && !is_there &&
        mmap((void *)at, end - at, protection, MAP_PRIVATE | MAP_FIXED, fd, (off_t)page_of(p->p_offset)) == MAP_FAILED)
        return false;
    if (last == end) return true;
    uintptr_t zeros = page_after(end);
    if (p->p_filesz && (p->p_flags & PF_W)) memset((void *)end, 0, (last < zeros ? last : zeros) - end);
    return last <= zeros ||
           mmap((void *)zeros, last - zeros, protection, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool is_ours(const Elf64_Ehdr *h, size_t len) {
    return len > sizeof *h && memcmp(h->e_ident, ELFMAG, SELFMAG) == 0 && h->e_ident[EI_CLASS] == ELFCLASS64 &&
           h->e_type == ET_DYN && h->e_machine == EM_X86_64 && h->e_phentsize == sizeof(Elf64_Phdr) &&
           h->e_phoff + h->e_phnum * sizeof(Elf64_Phdr) <= len;
}

/* Not looked at in place: pages that were read come as shared ones, and writing to them then costs a message to all
 * processors. */
static bool read_table(struct image *m, int fd, const Elf64_Phdr *p) {
    if (p->p_filesz > MOST_DYNAMIC * sizeof(Elf64_Dyn)) return false;
    return pread(fd, m->dynamic, p->p_filesz, (off_t)p->p_offset) == (ssize_t)p->p_filesz;
}

static bool map_image(struct image *m, const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t n = read(fd, m->head, sizeof m->head);
    const Elf64_Ehdr *h = (const void *)m->head;
    bool ok = n > 0 && is_ours(h, (size_t)n);
    if (ok) {
        m->headers = (const void *)(m->head + h->e_phoff);
        m->n_headers = h->e_phnum;
        for (size_t i = 0; i < m->n_headers; i++)
            if (m->headers[i].p_type == PT_LOAD) m->len = page_after(m->headers[i].p_vaddr + m->headers[i].p_memsz);
        void *room = mmap(NULL, m->len, PROT_READ, MAP_PRIVATE, fd, 0);
        ok = m->len && room != MAP_FAILED;
        if (!ok) m->len = 0;
        m->base = (uintptr_t)room;
        for (size_t i = 0; ok && i < m->n_headers; i++)
            if (m->headers[i].p_type == PT_LOAD) ok = map_part(m, fd, &m->headers[i]);
            else if (m->headers[i].p_type == PT_DYNAMIC) ok = read_table(m, fd, &m->headers[i]);
    }
    close(fd);
    return ok;
}

/* --- what an image says of itself --------------------------------------------------------------------------------- */

/* The linker has written addresses over some of the offsets that its libraries had. */
static const void *part(const struct image *m, uint64_t at) { return (const void *)(at < m->base ? m->base + at : at); }

static bool read_dynamic(struct image *m, const Elf64_Dyn *d) {
    size_t n_needed = 0;
    uint64_t needed[MOST_NEEDED];
    for (; d->d_tag != DT_NULL; d++) {
        uint64_t v = d->d_un.d_val;
        switch (d->d_tag) {
        case DT_NEEDED: if (n_needed + 1 >= MOST_NEEDED) return false; needed[n_needed++] = v; break;
        case DT_STRTAB: m->strings = part(m, v); break;
        case DT_SYMTAB: m->symbols = part(m, v); break;
        case DT_VERSYM: m->versions = part(m, v); break;
        case DT_VERDEF: m->defined = part(m, v); break;
        case DT_VERNEED: m->wanted = part(m, v); break;
        case DT_GNU_HASH: m->hash = part(m, v); break;
        case DT_RELA: m->relocations = part(m, v); break;
        case DT_RELASZ: m->n_relocations = v / sizeof(Elf64_Rela); break;
        case DT_JMPREL: m->calls = part(m, v); break;
        case DT_PLTRELSZ: m->n_calls = v / sizeof(Elf64_Rela); break;
        case DT_RELR: m->relative = part(m, v); break;
        case DT_RELRSZ: m->n_relative = v / sizeof(Elf64_Relr); break;
        case DT_INIT: m->init = m->base + v; break;
        case DT_INIT_ARRAY: m->constructors = part(m, v); break;
        case DT_INIT_ARRAYSZ: m->n_constructors = v / sizeof(uintptr_t); break;
        case DT_REL: case DT_TEXTREL: case DT_PREINIT_ARRAY: case DT_RPATH: case DT_RUNPATH: m->is_odd = true; break;
        case DT_FLAGS: if (v & (DF_TEXTREL | DF_STATIC_TLS)) m->is_odd = true; break;
        }
    }
    if (!m->strings || !m->symbols || !m->hash) return false;
    for (size_t i = 0; i < n_needed; i++) m->needed[i] = m->strings + needed[i];
    m->n_known = m->hash[1];
    return true;
}

static size_t tls_used;
static bool read_parts(struct image *m) {
    for (size_t i = 0; i < m->n_headers; i++) {
        const Elf64_Phdr *p = &m->headers[i];
        if (p->p_type == PT_GNU_RELRO) {
            m->relro = page_of(m->base + p->p_vaddr);
            m->relro_len = page_of(m->base + p->p_vaddr + p->p_memsz) - m->relro;
        }
        if (p->p_type != PT_TLS) continue;
        size_t align = p->p_align ? p->p_align : 1;
        m->tls_at = (tls_used + align - 1) & ~(align - 1);
        tls_used = m->tls_at + p->p_memsz;
        if (p->p_filesz || align > 64 || tls_used > TLS_ROOM) return false;
    }
    return read_dynamic(m, m->dynamic) && !m->is_odd;
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static uint32_t hash_of(const char *name) {
    uint32_t h = 5381;
    for (; *name; name++) h = h * 33 + (unsigned char)*name;
    return h;
}

static bool has_version(const struct image *m, size_t symbol, const struct version *v) {
    if (!m->versions) return true;
    uint16_t i = m->versions[symbol];
    if (!v) return !(i & 0x8000);
    if (!m->defined) return true;
    for (const Elf64_Verdef *d = m->defined; ; d = (const void *)((const char *)d + d->vd_next)) {
        const Elf64_Verdaux *a = (const void *)((const char *)d + d->vd_aux);
        if (d->vd_ndx == (i & 0x7fff)) return d->vd_hash == v->hash && strcmp(m->strings + a->vda_name, v->name) == 0;
        if (!d->vd_next) return false;
    }
}

static const Elf64_Sym *find_in(const struct image *m, const char *name, uint32_t hash, const struct version *v) {
    uint32_t n_buckets = m->hash[0], first = m->hash[1], n_words = m->hash[2], shift = m->hash[3];
    const uint64_t *filter = (const void *)(m->hash + 4);
    const uint32_t *buckets = (const void *)(filter + n_words), *chain = buckets + n_buckets;
    uint64_t word = filter[hash / 64 % n_words];
    if (!(word >> (hash % 64) & word >> ((hash >> shift) % 64) & 1)) return NULL;
    uint32_t i = buckets[hash % n_buckets];
    if (i < first) return NULL;
    for (;; i++) {
        uint32_t h = chain[i - first];
        const Elf64_Sym *s = &m->symbols[i];
        if ((h | 1) == (hash | 1) && s->st_shndx != SHN_UNDEF && strcmp(m->strings + s->st_name, name) == 0 &&
            has_version(m, i, v))
            return s;
        if (h & 1) return NULL;
    }
}

/* In the library that is named as the owner, else in what the asking one needs. */
static const Elf64_Sym *find_near(const struct image *asks, const char *name, const struct version *v,
                                  const struct image **owner) {
    uint32_t hash = hash_of(name);
    const Elf64_Sym *s = NULL;
    if (v && v->owner) return find_in(*owner = v->owner, name, hash, v);
    for (size_t i = 0; asks->deps[i] && !s; i++) s = find_in(*owner = asks->deps[i], name, hash, v);
    return s;
}

/* In all: looking into those that have nothing to do with it brings their tables into memory. */
static const Elf64_Sym *find(const char *name, const struct image **owner) {
    uint32_t hash = hash_of(name);
    const Elf64_Sym *s = NULL;
    for (size_t i = 0; i < n_ready && !s; i++) s = find_in(*owner = images[i], name, hash, NULL);
    return s;
}

void *image_find(const char *name) {
    const struct image *owner;
    const Elf64_Sym *s = find(name, &owner);
    return s ? (void *)(owner->base + s->st_value) : NULL;
}

/* --- the images that are wanted ----------------------------------------------------------------------------------- */

static bool is_of(const char *const *starts, const char *soname) {
    for (; *starts; starts++)
        if (strncmp(soname, *starts, strlen(*starts)) == 0) return true;
    return false;
}
static bool is_lazy(const char *soname) { return is_of(plan->lazy, soname) || is_of(plan->later, soname); }

static struct image *named(struct image *const all[], size_t n, const char *soname) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i]->name, soname) == 0) return all[i];
    return NULL;
}
static struct image *image_of(const char *soname) { return named(images, n_images, soname); }

static bool is_there(const char *soname) {
    return image_of(soname) || named(loaded, n_loaded, soname) || named(absent, n_absent, soname);
}

static struct image *add(struct image *all[], size_t *n, const char *name) {
    struct image *m = *n < MOST_IMAGES ? calloc(1, sizeof *m) : NULL;
    if (!m) return NULL;
    m->name = name;
    return all[(*n)++] = m;
}

static bool read_loaded(void) {
    for (const struct link_map *l = _r_debug.r_map; l; l = l->l_next) {
        const char *slash = strrchr(l->l_name, '/');
        if (strncmp(l->l_name, "linux-vdso", 10) == 0) continue;
        struct image *m = add(loaded, &n_loaded, slash ? slash + 1 : l->l_name);
        if (!m) return false;
        m->base = l->l_addr;
        if (!read_dynamic(m, l->l_ld)) return false;
    }
    return n_loaded > 0;
}

/* The image and, level by level, what it needs: the linker's order. */
static bool map_all(size_t first, const struct image_cache *cache) {
    for (size_t i = first; i < n_images; i++) {
        struct image *m = images[i];
        const char *path = image_cache_find(cache, m->name);
        if (!path || !map_image(m, path) || !read_parts(m)) return false;
        size_t n_lazy = 0;
        for (const char **n = m->needed; *n; n++) {
            if (is_lazy(*n)) m->lazy[n_lazy++] = *n;
            else if (!is_there(*n) && !add(images, &n_images, *n)) return false;
        }
    }
    return true;
}

/* A library in memory that has no more than names. */
static bool add_absent(str bytes) {
    const Elf64_Ehdr *h = (const void *)bytes.at;
    struct image *m = is_ours(h, bytes.len) ? add(absent, &n_absent, "") : NULL;
    if (!m) return false;
    m->base = (uintptr_t)bytes.at;
    const Elf64_Phdr *headers = (const void *)(bytes.at + h->e_phoff);
    const Elf64_Dyn *dynamic = NULL;
    for (size_t i = 0; i < h->e_phnum; i++)    /* it is not mapped: its dynamic part lies where it does in the file */
        if (headers[i].p_type == PT_DYNAMIC) dynamic = (const void *)(bytes.at + headers[i].p_offset);
    if (!dynamic || !read_dynamic(m, dynamic)) return false;
    for (const Elf64_Dyn *d = dynamic; d->d_tag != DT_NULL; d++)
        if (d->d_tag == DT_SONAME) m->name = m->strings + d->d_un.d_val;
    return true;
}

/* --- binding ------------------------------------------------------------------------------------------------------ */

/* The versions of others that it wants: counted, or noted. */
static void walk_versions(struct image *m, bool fill) {
    for (const Elf64_Verneed *n = m->wanted; n; n = n->vn_next ? (const void *)((const char *)n + n->vn_next) : NULL) {
        const char *file = m->strings + n->vn_file;
        const struct image *owner = image_of(file);
        enum whose whose = owner || named(absent, n_absent, file) ? OF_IMAGES : is_lazy(file) ? OF_LAZY : OF_PROGRAM;
        if (whose == OF_PROGRAM) owner = named(loaded, n_loaded, file);
        const Elf64_Vernaux *a = (const void *)((const char *)n + n->vn_aux);
        for (size_t i = 0; i < n->vn_cnt; i++, a = (const void *)((const char *)a + a->vna_next)) {
            if (fill) m->version[a->vna_other] = (struct version){m->strings + a->vna_name, a->vna_hash, whose, owner};
            else if (a->vna_other >= m->n_versions) m->n_versions = a->vna_other + 1u;
        }
    }
}

static bool read_versions(struct image *m) {
    walk_versions(m, false);
    m->version = calloc(m->n_versions + 1, sizeof *m->version);
    if (!m->version) return false;
    walk_versions(m, true);
    return true;
}

static uintptr_t nothing(void) { return 0; }

static void *given(const char *name) {
    for (const struct image_given *g = plan->given; g->name; g++)
        if (strcmp(g->name, name) == 0) return g->at;
    return NULL;
}

static void *loaded_at(const struct image *m, const Elf64_Sym *s) {
    uintptr_t at = m->base + s->st_value;
    return (void *)(ELF64_ST_TYPE(s->st_info) == STT_GNU_IFUNC ? ((uintptr_t (*)(void))at)() : at);
}

/* In what the dynamic linker loaded: the program comes before all others, whoever is named as the owner. */
static void *find_loaded(const char *name, const struct version *v) {
    uint32_t hash = hash_of(name);
    const Elf64_Sym *s = find_in(loaded[0], name, hash, v);
    if (s) return loaded_at(loaded[0], s);
    if (v && v->owner) s = find_in(v->owner, name, hash, v);
    if (s) return loaded_at(v->owner, s);
    for (size_t i = 1; i < n_loaded && !s; i++)
        if ((s = find_in(loaded[i], name, hash, v))) return loaded_at(loaded[i], s);
    return NULL;
}

static void *find_absent(const char *name) {
    uint32_t hash = hash_of(name);
    for (size_t i = 0; i < n_absent; i++)
        if (find_in(absent[i], name, hash, NULL)) return (void *)(uintptr_t)nothing;
    return NULL;
}

static const struct version *version_of(const struct image *m, size_t symbol) {
    size_t i = m->versions ? m->versions[symbol] & 0x7fff : 0;
    return i < m->n_versions && m->version[i].name ? &m->version[i] : NULL;
}

/* Where an undefined symbol lies. */
static void *search(const struct image *m, const Elf64_Sym *s, const struct version *v) {
    const char *name = m->strings + s->st_name;
    const struct image *owner;
    void *at = m == images[0] && (!v || v->whose != OF_IMAGES) ? given(name) : NULL;
    if (at) return at;
    if (v && v->whose == OF_LAZY) return NULL;
    if (v && v->whose == OF_PROGRAM) return find_loaded(name, v);
    const Elf64_Sym *found = find_near(m, name, v, &owner);
    if (!found && (at = find_absent(name))) return at;
    if (!found) found = find(name, &owner);
    if (!found) return ELF64_ST_BIND(s->st_info) == STB_WEAK ? NULL : find_loaded(name, NULL);
    uint8_t type = ELF64_ST_TYPE(found->st_info);
    return type == STT_GNU_IFUNC || type == STT_TLS ? NULL : (void *)(owner->base + found->st_value);
}

/* Calls of functions of other images are bound when they are first made: most of them never are. What the program and
 * the C library have is bound at once, as it is called often. */
static bool may_wait(const struct image *m, const Elf64_Sym *s, const struct version *v) {
    if (s->st_shndx != SHN_UNDEF || ELF64_ST_BIND(s->st_info) == STB_WEAK) return false;
    return v ? v->whose == OF_LAZY && !(m == images[0] && given(m->strings + s->st_name)) : true;
}

static bool bring_in_later(const char *soname);

void *image_find_call(const void *image, size_t symbol) {
    const struct image *m = image;
    const char *name = m->strings + m->symbols[symbol].st_name;
    const struct version *v = version_of(m, symbol);
    void *at = search(m, &m->symbols[symbol], v);
    for (const char *const *l = m->lazy; *l && !at; l++) {
        bool is_image = is_of(plan->later, *l);
        if (is_image && bring_in_later(*l)) at = image_find(name);
        void *library = is_image ? NULL : dlopen(*l, RTLD_NOW | RTLD_LOCAL);
        if (library) at = dlsym(library, name);
    }
    if (!at) fprintf(stderr, "error: no library has the function %s that %s calls\n", name, m->name);
    return at;
}

static bool address_of(struct image *m, size_t symbol, uintptr_t *out) {
    const Elf64_Sym *s = &m->symbols[symbol];
    if (s->st_shndx != SHN_UNDEF) {
        *out = (s->st_shndx == SHN_ABS ? 0 : m->base) + s->st_value;
        return ELF64_ST_TYPE(s->st_info) != STT_GNU_IFUNC;
    }
    if (symbol == 0) return false;
    if (symbol < m->n_known && (*out = m->known[symbol])) return true;
    *out = (uintptr_t)search(m, s, version_of(m, symbol));
    if (!*out && m->lazy[0] && ELF64_ST_BIND(s->st_info) != STB_WEAK && ELF64_ST_TYPE(s->st_info) != STT_OBJECT)
        *out = (uintptr_t)image_lazy_slot(m, symbol);
    if (symbol < m->n_known) m->known[symbol] = *out;
    return *out || ELF64_ST_BIND(s->st_info) == STB_WEAK;
}

/* The program's own block of thread-local variables: its number, and where ours stand in it. */
struct tls_place { size_t module, offset; };
static int find_tls(struct dl_phdr_info *info, size_t size, void *user) {
    struct tls_place *p = user;
    p->module = info->dlpi_tls_modid;
    p->offset = (uintptr_t)tls - (uintptr_t)info->dlpi_tls_data;
    return 1;                           /* the program stands first */
}

static bool tls_of(struct image *m, size_t symbol, size_t *at) {
    const Elf64_Sym *s = &m->symbols[symbol];
    const struct image *owner = m;
    if (symbol && s->st_shndx == SHN_UNDEF) s = find_near(m, m->strings + s->st_name, version_of(m, symbol), &owner);
    if (!s || (symbol && ELF64_ST_TYPE(s->st_info) != STT_TLS)) return false;
    *at = owner->tls_at + (symbol ? s->st_value : 0);
    return true;
}

static bool relocate(struct image *m, const Elf64_Rela *r, const Elf64_Rela *end, const struct tls_place *place) {
    size_t at;
    for (; r < end && ELF64_R_TYPE(r->r_info) == R_X86_64_RELATIVE; r++)
        *(uintptr_t *)(m->base + r->r_offset) = m->base + (uintptr_t)r->r_addend;
    for (; r < end; r++) {
        /* the table is cold: half the time */
        if (r + AHEAD < end) __builtin_prefetch(&m->symbols[ELF64_R_SYM(r[AHEAD].r_info)]);
        uintptr_t *word = (uintptr_t *)(m->base + r->r_offset), value = 0;
        size_t symbol = ELF64_R_SYM(r->r_info);
        switch (ELF64_R_TYPE(r->r_info)) {
        case R_X86_64_RELATIVE: *word = m->base + (uintptr_t)r->r_addend; break;
        case R_X86_64_64:
            if (!address_of(m, symbol, &value)) return false;
            *word = value + (uintptr_t)r->r_addend;
            break;
        case R_X86_64_JUMP_SLOT:
            if (may_wait(m, &m->symbols[symbol], version_of(m, symbol)) &&
                (*word = (uintptr_t)image_lazy_slot(m, symbol)))
                break;
            /* fall through */
        case R_X86_64_GLOB_DAT:
            if (!address_of(m, symbol, &value)) return false;
            *word = value;
            break;
        case R_X86_64_DTPMOD64: *word = place->module; break;
        case R_X86_64_DTPOFF64:
            if (!tls_of(m, symbol, &at)) return false;
            *word = place->offset + at + (uintptr_t)r->r_addend;
            break;
        case R_X86_64_NONE: break;
        default: return false;
        }
    }
    return true;
}

static void relocate_packed(struct image *m) {
    uintptr_t *at = NULL;
    for (size_t i = 0; i < m->n_relative; i++) {
        Elf64_Relr r = m->relative[i];
        if (!(r & 1)) {
            at = (uintptr_t *)(m->base + r);
            *at++ += m->base;
            continue;
        }
        for (size_t bit = 0; r >>= 1; bit++)
            if (r & 1) at[bit] += m->base;
        at += 63;
    }
}

/* --- two threads -------------------------------------------------------------------------------------------------- */

/* What was mapped for plan.ahead. */
enum { MOST_AHEAD = 4 };
static struct { char *at; size_t len; } ahead[MOST_AHEAD];
static size_t n_ahead;
static _Atomic size_t ahead_taken;

static void reserve_ahead(void) {
    for (const struct image_ahead *a = plan->ahead; a->len && n_ahead < MOST_AHEAD; a++) {
        void *at = mmap(NULL, a->len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED) return;
        ahead[n_ahead].at = at;
        ahead[n_ahead++].len = a->len;
    }
}

static void fetch_ahead(void) {
    for (size_t i = 0; i < n_ahead; i++) {
        const struct image_ahead *a = &plan->ahead[i];
        char *start = (char *)(((uintptr_t)ahead[i].at + a->align - 1) & ~(uintptr_t)(a->align - 1));
        for (size_t k = 0; k < sizeof a->pages / sizeof *a->pages && a->pages[k].n; k++)
            for (size_t n = 0; n < a->pages[k].n; n++)
                atomic_fetch_or((_Atomic char *)start + (a->pages[k].first + n) * PAGE, 0);
    }
}

void *image_mmap(void *at, size_t len, int protection, int flags, int fd, long offset) {
    size_t i = ahead_taken;
    if (i < n_ahead && !at && fd < 0 && len == ahead[i].len && protection == (PROT_READ | PROT_WRITE) &&
        flags == (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE) &&
        atomic_compare_exchange_strong(&ahead_taken, &i, i + 1))
        return ahead[i].at;
    return mmap(at, len, protection, flags, fd, offset);
}

/* Two threads share the binding, a piece at a time. */
enum { PIECE = 1024, MOST_PIECES = 160 };
static struct piece { struct image *image; const Elf64_Rela *from, *to; } pieces[MOST_PIECES];
static size_t n_pieces;

static struct team {
    struct pool_job job;
    struct thread_lock lock;
    struct thread_cond news;
    struct tls_place place;
    bool is_mapped, is_off;             /* under the lock */
    size_t n_bound;                     /* likewise */
    _Atomic size_t next;                /* piece */
    _Atomic bool failed;
} team;

static bool cut(struct image *m, const Elf64_Rela *r, size_t n) {
    for (size_t i = 0; i < n; i += PIECE) {
        if (n_pieces == MOST_PIECES) return false;
        pieces[n_pieces++] = (struct piece){m, r + i, r + (i + PIECE < n ? i + PIECE : n)};
    }
    return true;
}

static void tell(bool *what) {
    thread_lock(&team.lock);
    *what = true;
    thread_wake_all(&team.news);
    thread_unlock(&team.lock);
}

static void bind_pieces(void) {
    size_t n = 0;
    for (size_t i; (i = atomic_fetch_add(&team.next, 1)) < n_pieces; n++)
        if (!team.failed && !relocate(pieces[i].image, pieces[i].from, pieces[i].to, &team.place)) team.failed = true;
    thread_lock(&team.lock);
    team.n_bound += n;
    if (team.n_bound == n_pieces) thread_wake_all(&team.news);
    thread_unlock(&team.lock);
}

/* On another thread: first what needs no image, until they are mapped. */
static void help(struct pool_job *job) {
    fetch_ahead();
    thread_lock(&team.lock);
    while (!team.is_mapped && !team.is_off) thread_wait(&team.news, &team.lock);
    bool goes_on = !team.is_off;
    thread_unlock(&team.lock);
    if (goes_on) bind_pieces();
}

/* The helper may still fetch when this returns; it binds nothing more. */
static bool bind_all(void) {
    bool ok = true;
    for (size_t i = 0; i < n_images && ok; i++) {
        struct image *m = images[i];
        relocate_packed(m);
        ok = cut(m, m->relocations, m->n_relocations) && cut(m, m->calls, m->n_calls);
    }
    if (!ok) return false;
    tell(&team.is_mapped);
    bind_pieces();
    thread_lock(&team.lock);
    while (team.n_bound < n_pieces) thread_wait(&team.news, &team.lock);
    thread_unlock(&team.lock);
    for (size_t i = 0; i < n_images && !team.failed; i++)
        if (images[i]->relro_len && mprotect((void *)images[i]->relro, images[i]->relro_len, PROT_READ) != 0)
            return false;
    return !team.failed;
}

/* --- constructors ------------------------------------------------------------------------------------------------- */

static void construct(struct image *m, int argc, char **argv) {
    if (m->constructed) return;
    m->constructed = true;
    for (struct image **d = m->deps; *d; d++) construct(*d, argc, argv);
    if (m->init) ((void (*)(int, char **, char **))m->init)(argc, argv, environ);
    for (size_t i = 0; i < m->n_constructors; i++)
        if (m->constructors[i] + 1 > 1) ((void (*)(int, char **, char **))m->constructors[i])(argc, argv, environ);
}

static void forget(struct image *all[], size_t *n) {
    for (; *n; free(all[--*n])) {}
}

static void give_up(void) {
    for (size_t i = 0; i < n_images; i++) {
        if (images[i]->len) munmap((void *)images[i]->base, images[i]->len);
        free((void *)images[i]->known);
        free(images[i]->version);
        free(images[i]);
    }
    n_images = n_pieces = tls_used = 0;
    forget(absent, &n_absent);
    forget(loaded, &n_loaded);
    for (; n_ahead; n_ahead--) munmap(ahead[n_ahead - 1].at, ahead[n_ahead - 1].len);
    memset(&team, 0, sizeof team);
}

/* From the n-th image on. */
static bool map_from(size_t first) {
    struct image_cache cache;
    if (!image_cache_open(&cache)) return false;
    bool ok = map_all(first, &cache);
    image_cache_close(&cache);
    for (size_t i = first; i < n_images && ok; i++) {
        struct image *m = images[i];
        size_t n_deps = 0;
        for (const char **n = m->needed; *n; n++)
            if (image_of(*n)) m->deps[n_deps++] = image_of(*n);
        m->known = calloc(m->n_known + 1, sizeof *m->known);
        ok = m->known && read_versions(m);
    }
    return ok;
}

static char *no_arguments[] = {NULL};

/* One of plan.later, when a function of it is first called. Others see it when it is whole. */
static bool bring_in_later(const char *soname) {
    static struct thread_lock lock;
    thread_lock(&lock);
    size_t first = n_images;
    bool is_new = !image_of(soname), ok = !is_new || (add(images, &n_images, soname) && map_from(first));
    for (size_t i = first; i < n_images && ok; i++) {
        struct image *m = images[i];
        relocate_packed(m);
        ok = relocate(m, m->relocations, m->relocations + m->n_relocations, &team.place)
             && relocate(m, m->calls, m->calls + m->n_calls, &team.place)
             && (!m->relro_len || mprotect((void *)m->relro, m->relro_len, PROT_READ) == 0);
    }
    if (is_new && ok) construct(images[first], 0, no_arguments);
    if (ok) n_ready = n_images;
    else n_images = first;
    thread_unlock(&lock);
    return ok;
}

/* Symbols and relocations are megabytes of the file that are hardly looked at again. They are given back at once, so
 * that they do not count at the peak; what is wanted still comes from the page cache. */
void image_trim(void) {
    for (size_t i = 0; i < n_ready; i++)
        if (images[i]->headers[0].p_type == PT_LOAD && images[i]->headers[0].p_flags == PF_R)
            madvise((void *)images[i]->base, images[i]->headers[0].p_filesz, MADV_DONTNEED);
}

static bool bring_in(void) {
    reserve_ahead();
    team.job.run = help;
    pool_start(&team.job);
    bool ok = read_loaded() && map_from(0);
    dl_iterate_phdr(find_tls, &team.place);
    ok = ok && bind_all();
    if (!ok) tell(&team.is_off);
    if (!pool_cancel(&team.job) && !ok) pool_wait(&team.job);
    return ok;
}

bool image_open(const char *soname, const struct image_plan *p) {
    /* Who gives the linker orders means them. */
    static const char *const orders[] = {"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (getenv(orders[i])) return false;
    if (n_images) return false;
    plan = p;
    struct image *first = add(images, &n_images, soname);
    bool ok = first != NULL;
    for (const str *a = p->absent; a->at && ok; a++) ok = add_absent(*a);
    ok = ok && bring_in();
    if (!ok) {
        give_up();
        return false;
    }
    n_ready = n_images;
    construct(first, 0, no_arguments);
    return true;
}

bool image_at(size_t n, struct image_place *out) {
    if (n >= n_ready) return false;
    const struct image *m = images[n];
    *out = (struct image_place){m->name, (const void *)m->base, m->len, NULL};
    for (size_t i = 0; i < m->n_headers; i++) {
        if (m->headers[i].p_type != PT_GNU_EH_FRAME) continue;
        /* version, three encodings, offset from here */
        const char *header = (const char *)(m->base + m->headers[i].p_vaddr);
        int32_t offset;
        memcpy(&offset, header + 4, sizeof offset);
        if (header[0] == 1 && header[1] == 0x1b) out->frames = header + 4 + offset;
    }
    return true;
}

#else

bool image_open(const char *soname, const struct image_plan *plan) { return false; }
void image_trim(void) {}
void *image_mmap(void *at, size_t len, int protection, int flags, int fd, long offset) {
    return mmap(at, len, protection, flags, fd, offset);
}
void *image_find(const char *name) { return NULL; }
bool image_at(size_t n, struct image_place *out) { return false; }

#endif
