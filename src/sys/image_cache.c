/* sys/image_cache.c: where a shared library lies, by the dynamic linker's own table (/etc/ld.so.cache). */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/internal.h"

struct cache_head {
    char magic[20];
    uint32_t n_entries, strings_len;
    uint8_t flags, pad[3];
    uint32_t extension, unused[3];
};
struct cache_entry {
    int32_t flags;
    uint32_t key, value, os_version;
    uint64_t hwcap;                     /* not 0: built for some processors only */
};
enum { ELF_X86_64 = 0x303 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The table's order: runs of digits compare as numbers, and stand behind all else. */
static int compare(const char *a, const char *b) {
    for (; *a; ) {
        if (is_digit(*a) && is_digit(*b)) {
            long x = 0, y = 0;
            while (is_digit(*a)) x = x * 10 + (*a++ - '0');
            while (is_digit(*b)) y = y * 10 + (*b++ - '0');
            if (x != y) return x < y ? -1 : 1;
        } else if (is_digit(*a)) return 1;
        else if (is_digit(*b)) return -1;
        else if (*a != *b) return *a - *b;
        else a++, b++;
    }
    return *a - *b;
}

bool image_cache_open(struct image_cache *c) {
    struct stat st;
    int fd = open("/etc/ld.so.cache", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = fstat(fd, &st) == 0 && (size_t)st.st_size > sizeof(struct cache_head);
    void *at = ok ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd);
    if (at == MAP_FAILED) return false;
    *c = (struct image_cache){at, (size_t)st.st_size, 0};
    const struct cache_head *head = at;
    c->texts_end = sizeof *head + (size_t)head->n_entries * sizeof(struct cache_entry) + head->strings_len;
    ok = memcmp(head->magic, "glibc-ld.so.cache1.1", sizeof head->magic) == 0 && c->texts_end <= c->len &&
         c->at[c->texts_end - 1] == 0;
    if (!ok) image_cache_close(c);
    return ok;
}

void image_cache_close(struct image_cache *c) { munmap((void *)(uintptr_t)c->at, c->len); }

const char *image_cache_find(const struct image_cache *c, const char *soname) {
    const struct cache_head *head = (const void *)c->at;
    const struct cache_entry *all = (const void *)(head + 1);
    size_t low = 0, high = head->n_entries;
    while (low < high) {                /* the first of those that are not behind it: the table descends */
        size_t middle = (low + high) / 2;
        if (all[middle].key >= c->texts_end) return NULL;
        if (compare(soname, c->at + all[middle].key) < 0) low = middle + 1;
        else high = middle;
    }
    for (; low < head->n_entries && all[low].key < c->texts_end && strcmp(c->at + all[low].key, soname) == 0; low++)
        if (all[low].flags == ELF_X86_64 && !all[low].hwcap && all[low].value < c->texts_end)
            return c->at + all[low].value;
    return NULL;
}
