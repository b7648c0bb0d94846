#include "data/tar.h"

enum { BLOCK = 512, MOST_META = 1 << 20 };

void tar_reader_init(struct tar_reader *t, const struct tar_events *events, void *user) {
    *t = (struct tar_reader){.events = events, .user = user};
}
void tar_reader_done(struct tar_reader *t) { arena_free(&t->arena); }

static str field(const char *at, size_t len) {
    const char *nul = memchr(at, 0, len);
    return str_of(at, nul ? (size_t)(nul - at) : len);
}

/* Octal text, or base-256 with the top bit of the first byte set (GNU). */
static bool read_number(const char *at, size_t len, uint64_t *out) {
    uint64_t n = 0;
    if ((unsigned char)at[0] & 0x80) {
        if ((unsigned char)at[0] != 0x80) return false;          /* negative, or past 2^63 */
        for (size_t i = 1; i < len; i++) {
            if (n >> 55) return false;
            n = n << 8 | (unsigned char)at[i];
        }
        *out = n;
        return true;
    }
    size_t i = 0;
    while (i < len && at[i] == ' ') i++;
    for (; i < len && at[i] >= '0' && at[i] <= '7'; i++) {
        if (n >> 60) return false;
        n = n << 3 | (uint64_t)(at[i] - '0');
    }
    *out = n;
    return i == len || at[i] == 0 || at[i] == ' ';
}

static bool checksum_holds(const char *b) {
    uint64_t want;
    uint32_t sum = 0;
    int32_t signed_sum = 0;                                      /* some old writers summed signed bytes */
    if (!read_number(b + 148, 8, &want)) return false;
    for (int i = 0; i < BLOCK; i++) sum += (unsigned char)b[i];
    for (int i = 148; i < 156; i++) sum += ' ' - (unsigned)(unsigned char)b[i];  /* itself counts as spaces */
    if (want == sum) return true;
    for (int i = 0; i < BLOCK; i++) signed_sum += i >= 148 && i < 156 ? ' ' : (signed char)b[i];
    return (int64_t)want == signed_sum;
}

/* Records "<length> <key>=<value>\n" of a pax header. */
static err read_pax(struct tar_reader *t, str all) {
    while (all.len) {
        str digits, rest, record, key, value;
        int64_t len;
        if (!str_split(all, ' ', &digits, &rest) || !str_to_int(digits, &len)) return ERR_MALFORMED;
        if (len <= (int64_t)digits.len + 1 || (uint64_t)len > all.len || all.at[len - 1] != '\n') return ERR_MALFORMED;
        record = str_cut(all, digits.len + 1, (size_t)len - 1);
        if (!str_split(record, '=', &key, &value)) return ERR_MALFORMED;
        if (str_is(key, "path") || str_is(key, "linkpath")) {
            bool is_path = key.at[0] == 'p';
            if (str_find_char(value, 0) >= 0) return ERR_MALFORMED;
            *(is_path ? &t->next.path : &t->next.link) = arena_str(&t->arena, value);
            *(is_path ? &t->has_path : &t->has_link) = true;
        } else if (str_is(key, "size")) {
            int64_t size;
            if (!str_to_int(value, &size) || size < 0) return ERR_MALFORMED;
            t->next.size = (uint64_t)size;
            t->has_size = true;
        }
        all = str_from(all, (size_t)len);
    }
    return 0;
}

static err meta_ended(struct tar_reader *t) {
    str all = str_of(t->meta, t->meta_len);
    t->meta = NULL;
    switch (t->meta_kind) {
    case 'x': return read_pax(t, all);
    case 'L': t->next.path = field(all.at, all.len); t->has_path = true; return 0;
    case 'K': t->next.link = field(all.at, all.len); t->has_link = true; return 0;
    }
    return 0;                                                    /* 'g': global records say nothing that is used */
}

static err entry_ended(struct tar_reader *t) {
    t->in_entry = t->has_path = t->has_link = t->has_size = false;
    err e = t->events->end(t->user);
    arena_reset(&t->arena);
    return e;
}

static enum tar_kind kind_of(char type, str path) {
    switch (type) {
    case '1': return TAR_HARDLINK;
    case '2': return TAR_SYMLINK;
    case '3': case '4': case '6': return TAR_DEVICE;
    case '5': return TAR_DIR;
    }
    return str_ends(path, STR("/")) ? TAR_DIR : TAR_FILE;        /* '0', NUL, '7' and what is unknown */
}

static err header_ended(struct tar_reader *t) {
    const char *b = t->block;
    uint64_t size, mode, mtime;
    t->n_block = 0;
    bool is_zero = true;
    for (int i = 0; i < BLOCK && is_zero; i++) is_zero = b[i] == 0;
    if (is_zero) {
        t->ended = true;
        return 0;
    }
    if (!checksum_holds(b) || !read_number(b + 124, 12, &size)) return ERR_MALFORMED;
    t->seen_any = true;
    char type = b[156];
    if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
        if (size > MOST_META) return ERR_TOO_LARGE;
        t->meta = arena_alloc(&t->arena, size + 1);
        t->meta_len = size;
        t->meta_at = 0;
        t->meta_kind = type;
        t->left = size;
        t->padding = (BLOCK - size % BLOCK) % BLOCK;
        return size ? 0 : meta_ended(t);
    }
    if (!read_number(b + 100, 8, &mode)) mode = 0644;
    if (!read_number(b + 136, 12, &mtime)) mtime = 0;
    struct tar_entry e = {.mode = mode & 07777, .mtime = (int64_t)mtime};
    str name = field(b, 100), prefix = memcmp(b + 257, "ustar\0", 6) == 0 ? field(b + 345, 155) : STR("");
    if (t->has_path) e.path = t->next.path;
    else if (prefix.len) e.path = arena_print(&t->arena, "%.*s/%.*s", STR_FMT(prefix), STR_FMT(name));
    else e.path = arena_str(&t->arena, name);
    e.link = t->has_link ? t->next.link : arena_str(&t->arena, field(b + 157, 100));
    e.kind = kind_of(type, e.path);
    if (t->has_size) size = t->next.size;
    if (size > (uint64_t)1 << 62) return ERR_TOO_LARGE;
    if (e.kind != TAR_FILE) size = e.kind == TAR_HARDLINK ? 0 : size;
    e.size = e.kind == TAR_FILE ? size : 0;
    t->left = size;
    t->padding = (BLOCK - size % BLOCK) % BLOCK;
    t->in_entry = true;
    err failed = t->events->begin(t->user, &e);
    if (e.kind != TAR_FILE) {                                    /* data of what has none is passed over */
        t->padding += t->left;
        t->left = 0;
    }
    return failed || t->left ? failed : entry_ended(t);
}

err tar_reader_push(struct tar_reader *t, str bytes) {
    while (bytes.len && !t->ended) {
        size_t n;
        if (t->left) {
            n = bytes.len < t->left ? bytes.len : (size_t)t->left;
            if (t->meta) {
                memcpy(t->meta + t->meta_at, bytes.at, n);
                t->meta_at += n;
            } else TRY(t->events->data(t->user, str_upto(bytes, n)));
            t->left -= n;
            if (!t->left) TRY(t->meta ? meta_ended(t) : entry_ended(t));
        } else if (t->padding) {
            n = bytes.len < t->padding ? bytes.len : (size_t)t->padding;
            t->padding -= n;
        } else {
            n = BLOCK - t->n_block;
            if (n > bytes.len) n = bytes.len;
            memcpy(t->block + t->n_block, bytes.at, n);
            t->n_block += n;
            if (t->n_block == BLOCK) TRY(header_ended(t));
        }
        bytes = str_from(bytes, n);
    }
    return 0;
}

/* The two zero blocks at the end are not asked for, since npm reads archives without them; an archive without entries
 * is no archive. */
err tar_reader_finish(struct tar_reader *t) {
    if (t->left || t->n_block || t->in_entry) return ERR_TRUNCATED;
    return t->seen_any || t->ended ? 0 : ERR_TRUNCATED;
}
