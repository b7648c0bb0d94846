#include "pkg/fresh.h"

#include "base/buf.h"
#include "data/hash.h"
#include "data/json.h"
#include "sys/at.h"
#include "sys/os.h"
#include "sys/path.h"

static const char form[] = "bao 2 " BAO_VERSION;     /* a note of another form is none */

static str note_path(struct arena *a, const struct pkg_project *p) {
    return path_join(a, p->root, STR("node_modules/.bao.fresh"));
}

static void add_names(struct buf *b, const struct pkg_names *n) {
    for (size_t i = 0; i < n->count; i++) buf_print(b, "%.*s ", STR_FMT(n->at[i]));
    buf_add_char(b, '\n');
}

static uint64_t sum(uint64_t so_far, str text) { return hash_wy(text, so_far + text.len); }

uint64_t pkg_fresh_key(struct arena *a, const struct pkg_project *p, const struct pkg_config *c, str lock_text) {
    struct buf b = {0};
    uint64_t key = sum(0, str_c(form));
    buf_print(&b, "%.*s\n%d %d %d%d%d%d%d %s %s %s\n", STR_FMT(p->root), (int)c->linker, (int)c->backend, c->no_dev,
              c->no_optional, c->no_peer, c->no_bins, c->strict_engines, c->os, c->cpu, c->libc);
    add_names(&b, &c->filters);
    add_names(&b, &c->hoist_patterns);
    add_names(&b, &c->public_hoist_patterns);
    const struct json *patches = json_get_c(p->members[0].manifest.json, "patchedDependencies");
    if (json_is(patches, JSON_OBJECT)) for
            JSON_EACH(m, patches) file_read_all(path_resolve(a, p->root, json_text(m)), &b);
    key = sum(key, buf_view(&b));
    buf_free(&b);
    for (size_t i = 0; i < p->count; i++) key = sum(sum(key, p->members[i].path), p->members[i].source);
    return sum(key, lock_text);
}

/* --- the folders: "seconds.nanoseconds path" in lines, relative to the root */

struct walk {
    struct arena *a;
    struct buf path;                /* of the folder that is looked at */
    struct buf *out;
};

static void add_line(struct walk *w, const struct file_stat *is) {
    buf_add_int(w->out, is->mtime.sec);
    buf_add_char(w->out, '.');
    buf_add_int(w->out, is->mtime.nsec);
    buf_add_char(w->out, ' ');
    buf_add(w->out, buf_view(&w->path));
    buf_add_char(w->out, '\n');
}

static void add_entries(struct walk *w, int dir, const char *name, bool is_store);

static void add_entry(struct walk *w, int folder, str name, bool is_store) {
    struct file_stat is;
    char below[320];
    if (str_is(name, ".bun")) add_entries(w, folder, name.at, true);
    else if (name.at[0] == '@' && !is_store) add_entries(w, folder, name.at, false);
    else if ((is_store || name.at[0] != '.' || str_is(name, ".bin")) && file_stat_at(folder, name.at, &is) == 0) {
        add_line(w, &is);
        /* of two links: nothing in it is a folder (file systems that do not count them say 1) */
        if (is.nlink == 2 || str_is(name, ".bin") || name.len > 255) return;
        snprintf(below, sizeof below, "%.*s/node_modules", STR_FMT(name));
        buf_lit(&w->path, "/node_modules");
        add_entries(w, folder, below, false);
    }
}

/* A node_modules folder, a scope's inside of it, or the isolated linker's; w->path leads there. */
static void add_entries(struct walk *w, int dir, const char *name, bool is_store) {
    struct dir_entry *list;
    struct file_stat is;
    size_t n, len = w->path.len;
    int folder;
    if (dir_open_list_at(w->a, dir, name, &folder, &list, &n) != 0) return;
    if (file_fstat(folder, &is) == 0) add_line(w, &is);
    for (size_t i = 0; i < n; i++) {
        if (list[i].kind != FILE_DIR) continue;
        buf_add_char(&w->path, '/');
        buf_add(&w->path, list[i].name);
        add_entry(w, folder, list[i].name, is_store);
        w->path.len = len;
    }
    file_close(folder);
}

void pkg_fresh_forget(struct arena *a, const struct pkg_project *p) { file_unlink(note_path(a, p)); }

void pkg_fresh_note(struct arena *a, const struct pkg_project *p, uint64_t key, const struct pkg_fresh *f) {
    struct buf b = {0};
    struct arena mine = {0};
    struct walk w = {.a = &mine, .out = &b};
    str path = note_path(a, p);
    int root;
    /* The file is there before the folders are looked at: making it changes node_modules itself. */
    if (file_write_all(path, STR(""), 0644) != 0 || dir_open(p->root, &root) != 0) return;
    buf_print(&b, "%s\n%016llx %zu %zu %x\n", form, (unsigned long long)key, f->n_installs, f->n_packages, os_boot());
    for (size_t i = 0; i < p->count; i++) {
        buf_clear(&w.path);
        buf_add(&w.path, p->members[i].path);
        if (w.path.len) buf_add_char(&w.path, '/');
        buf_lit(&w.path, "node_modules");
        add_entries(&w, root, buf_c(&w.path), false);
    }
    file_close(root);
    buf_lit(&b, "end\n");
    if (file_write_all(path, buf_view(&b), 0644) != 0) file_unlink(path);
    buf_free(&w.path);
    buf_free(&b);
    arena_free(&mine);
}

static bool folder_is(str root, str line) {
    char room[4096];
    struct file_stat is;
    str time, path, sec, nsec;
    int64_t s, ns;
    if (!str_split(line, ' ', &time, &path) || !str_split(time, '.', &sec, &nsec)) return false;
    if (!str_to_int(sec, &s) || !str_to_int(nsec, &ns)) return false;
    if (root.len + path.len + 2 > sizeof room) return false;
    memcpy(room, root.at, root.len);
    room[root.len] = '/';
    memcpy(room + root.len + 1, path.at, path.len);
    if (file_lstat(str_of(room, root.len + 1 + path.len), &is) != 0) return false;
    return file_kind_of_mode(is.mode) == FILE_DIR && is.mtime.sec == s && is.mtime.nsec == ns;
}

bool pkg_fresh_is(struct arena *a, const struct pkg_project *p, uint64_t key, struct pkg_fresh *out) {
    struct buf b = {0};
    bool is_fresh = false;
    unsigned long long noted;
    unsigned boot;
    int end = 0;
    if (file_read_all(note_path(a, p), &b) == 0 && str_ends(buf_view(&b), STR("\nend\n"))) {
        str rest = buf_view(&b), line;
        str_next(&rest, '\n', &line);
        is_fresh = str_is(line, form) && str_next(&rest, '\n', &line);
        is_fresh = is_fresh &&
                   sscanf(arena_c(a, line), "%llx %zu %zu %x%n", &noted, &out->n_installs, &out->n_packages, &boot,
                          &end) == 4 && (size_t)end == line.len && noted == key && boot == os_boot();
        while (is_fresh && str_next(&rest, '\n', &line) && !str_is(line, "end")) is_fresh = folder_is(p->root, line);
    }
    buf_free(&b);
    return is_fresh;
}
