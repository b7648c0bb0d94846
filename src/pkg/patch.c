#include "pkg/patch.h"

#include "base/buf.h"
#include "base/list.h"
#include "data/gzip.h"
#include "data/hash.h"
#include "data/tar.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

#include <stdlib.h>

/* --- reading */

struct reading {
    struct arena *a;
    str rest, line;
    bool has_line;
    const char *end;                     /* of the text */
    str why;
};

static bool next(struct reading *r) {
    r->has_line = r->rest.len > 0;
    if (r->has_line) str_next(&r->rest, '\n', &r->line);
    if (r->has_line && r->line.len && r->line.at[r->line.len - 1] == '\r') r->line.len--;
    return r->has_line;
}

static bool is_inside(str path) {
    if (!path.len || path.at[0] == '/' || memchr(path.at, 0, path.len)) return false;
    for (str part; str_next(&path, '/', &part);)
        if (str_is(part, "..") || str_is(part, ".") || !part.len) return false;
    return true;
}

static bool path_of(struct reading *r, str text, str *out) {
    ptrdiff_t tab = str_find_char(text, '\t');
    if (tab >= 0) text = str_upto(text, (size_t)tab);
    if (str_is(text, "/dev/null")) {
        *out = STR("");
        return true;
    }
    if (!str_starts(text, STR("a/")) && !str_starts(text, STR("b/"))) {
        r->why = arena_print(r->a, "\"%.*s\" does not begin with a/ or b/", STR_FMT(text));
        return false;
    }
    *out = str_from(text, 2);
    if (is_inside(*out)) return true;
    r->why = arena_print(r->a, "the path \"%.*s\" leads out of the package", STR_FMT(*out));
    return false;
}

static bool number(str *s, uint32_t *out) {
    size_t n = 0;
    uint64_t value = 0;
    while (n < s->len && s->at[n] >= '0' && s->at[n] <= '9' && value < 100000000)
        value = value * 10 + (uint64_t)(s->at[n++] - '0');
    *out = (uint32_t)value;
    *s = str_from(*s, n);
    return n > 0;
}

/* "@@ -1,2 +3,4 @@ ..." */
static bool hunk_head(str line, struct pkg_patch_hunk *h) {
    *h = (struct pkg_patch_hunk){.old_count = 1, .new_count = 1};
    if (!str_starts(line, STR("@@ -"))) return false;
    str s = str_from(line, 4);
    if (!number(&s, &h->old_line)) return false;
    if (str_starts(s, STR(","))) {
        s = str_from(s, 1);
        if (!number(&s, &h->old_count)) return false;
    }
    if (!str_starts(s, STR(" +"))) return false;
    s = str_from(s, 2);
    if (!number(&s, &h->new_line)) return false;
    if (str_starts(s, STR(","))) {
        s = str_from(s, 1);
        if (!number(&s, &h->new_count)) return false;
    }
    return str_starts(s, STR(" @@"));
}

static bool read_hunks(struct reading *r, struct pkg_patch_file *f) {
    LIST(struct pkg_patch_hunk) hunks = {0};
    struct pkg_patch_hunk h;
    bool ok = true;
    while (ok && r->has_line && str_starts(r->line, STR("@@"))) {
        ok = hunk_head(r->line, &h);
        if (!ok) r->why = arena_print(r->a, "\"%.*s\" begins no part of a diff", STR_FMT(str_upto(r->line, 80)));
        const char *from = r->rest.at;
        uint32_t n_old = 0, n_new = 0;
        next(r);
        while (ok && (n_old < h.old_count || n_new < h.new_count)) {
            char kind = r->has_line ? (r->line.len ? r->line.at[0] : ' ') : 0;
            if (kind == ' ') n_old++, n_new++;
            else if (kind == '-') n_old++;
            else if (kind == '+') n_new++;
            else if (kind != '\\') ok = false;
            if (ok) next(r);
        }
        if (ok && n_old == h.old_count && n_new == h.new_count && r->has_line && r->line.len && r->line.at[0] == '\\')
            next(r);
        ok = ok && n_old == h.old_count && n_new == h.new_count;
        const char *to = r->has_line ? r->line.at : r->end;
        h.text = from && from < to ? str_of(from, (size_t)(to - from)) : STR("");
        if (ok) *LIST_ADD(&hunks) = h;
        else if (!r->why.len)
            r->why = arena_print(r->a, "a part of the diff of \"%.*s\" is not whole",
                                 STR_FMT(f->new_path.len ? f->new_path : f->old_path));
    }
    f->count = hunks.len;
    f->hunks = arena_alloc(r->a, (hunks.len + 1) * sizeof *f->hunks);
    if (hunks.len) memcpy(f->hunks, hunks.at, hunks.len * sizeof *f->hunks);
    LIST_FREE(&hunks);
    return ok;
}

static bool read_file(struct reading *r, struct pkg_patch_file *f) {
    *f = (struct pkg_patch_file){0};
    /* "diff --git a/x b/x": both are the same here, as no name changes */
    if (str_starts(r->line, STR("diff --git "))) {
        str names = str_from(r->line, 11);
        size_t half = names.len / 2;
        if (!path_of(r, str_upto(names, half), &f->old_path) || !path_of(r, str_from(names, half + 1), &f->new_path))
            return false;
        next(r);
    }
    for (; r->has_line && !str_starts(r->line, STR("--- ")) && !str_starts(r->line, STR("diff --git ")); next(r)) {
        str mode;
        if (str_starts(r->line, STR("new file mode "))) f->kind = PKG_PATCH_NEW, mode = str_from(r->line, 14);
        else if (str_starts(r->line, STR("deleted file mode "))) f->kind = PKG_PATCH_DELETE, mode = STR("");
        else if (str_starts(r->line, STR("new mode "))) f->changes_mode = true, mode = str_from(r->line, 9);
        else if (str_starts(r->line, STR("GIT binary patch")) || str_starts(r->line, STR("Binary files"))) {
            r->why = arena_print(r->a, "\"%.*s\" is a binary: patches change texts only", STR_FMT(f->new_path));
            return false;
        } else if (str_starts(r->line, STR("rename ")) || str_starts(r->line, STR("copy "))) {
            r->why = STR("names cannot change; diff with --no-renames");
            return false;
        } else continue;
        if (str_is(mode, "120000")) {
            r->why = arena_print(r->a, "\"%.*s\" would be a link", STR_FMT(f->new_path));
            return false;
        }
        f->is_program |= str_is(mode, "100755");
    }
    if (!r->has_line || !str_starts(r->line, STR("--- "))) return true;      /* of a mode, or of an empty file */
    str old, new;
    if (!path_of(r, str_from(r->line, 4), &old)) return false;
    if (!next(r) || !str_starts(r->line, STR("+++ "))) {
        r->why = STR("a \"---\" line has no \"+++\" line");
        return false;
    }
    if (!path_of(r, str_from(r->line, 4), &new)) return false;
    if (!old.len) f->kind = PKG_PATCH_NEW;
    if (!new.len) f->kind = PKG_PATCH_DELETE;
    f->old_path = old.len ? old : new;
    f->new_path = new.len ? new : old;
    next(r);
    return read_hunks(r, f);
}

bool pkg_patch_read(struct arena *a, str text, struct pkg_patch_set *out, str *why) {
    struct reading r = {.a = a, .rest = text, .end = text.at + text.len, .why = STR("")};
    LIST(struct pkg_patch_file) files = {0};
    bool ok = true;
    next(&r);
    while (ok && r.has_line) {
        if (!str_starts(r.line, STR("diff --git ")) && !str_starts(r.line, STR("--- "))) {
            next(&r);
            continue;
        }
        struct pkg_patch_file f;
        ok = read_file(&r, &f);
        if (ok) *LIST_ADD(&files) = f;
    }
    if (ok && !files.len && str_trim(text).len) ok = false, r.why = STR("it is no diff");
    out->count = files.len;
    out->files = arena_alloc(a, (files.len + 1) * sizeof *out->files);
    if (files.len) memcpy(out->files, files.at, files.len * sizeof *out->files);
    LIST_FREE(&files);
    *why = r.why;
    return ok;
}

/* --- applying */

/* Lines keep their ends: "a\n", "b\r\n", "c". */
static size_t lines_of(struct arena *a, str text, str **out) {
    size_t n = 1;
    for (size_t i = 0; i < text.len; i++) n += text.at[i] == '\n';
    str *lines = *out = ARENA_ARRAY(a, str, n);
    n = 0;
    while (text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) + 1 : text.len;
        lines[n++] = str_upto(text, len);
        text = str_from(text, len);
    }
    return n;
}

static str bare(str line) {
    if (line.len && line.at[line.len - 1] == '\n') line.len--;
    if (line.len && line.at[line.len - 1] == '\r') line.len--;
    return line;
}

static char kind_of(str line) { return bare(line).len ? line.at[0] : ' '; }

static bool fits_at(const str *lines, size_t n, size_t at, const str *hunk, size_t n_hunk) {
    for (size_t i = 0; i < n_hunk; i++) {
        char kind = kind_of(hunk[i]);
        if (kind == '+' || kind == '\\') continue;
        if (at >= n || !str_eq(bare(lines[at++]), bare(str_from(hunk[i], bare(hunk[i]).len > 0)))) return false;
    }
    return true;
}

bool pkg_patch_apply(struct arena *a, const struct pkg_patch_file *f, str before, str *after, str *why) {
    str *lines, *hunk;
    size_t n = lines_of(a, before, &lines), at = 0;
    struct buf out = {0};
    bool ok = true;
    for (size_t k = 0; k < f->count && ok; k++) {
        const struct pkg_patch_hunk *h = &f->hunks[k];
        size_t n_hunk = lines_of(a, h->text, &hunk);
        size_t want = h->old_count ? (h->old_line ? h->old_line - 1 : 0) : h->old_line, place = SIZE_MAX;
        if (want > n) want = n;
        for (size_t d = 0; d <= n && place == SIZE_MAX; d++) {
            if (want + d <= n && want + d >= at && fits_at(lines, n, want + d, hunk, n_hunk)) place = want + d;
            else if (d && want >= d && want - d >= at && fits_at(lines, n, want - d, hunk, n_hunk)) place = want - d;
        }
        ok = place != SIZE_MAX;
        if (!ok) {
            *why = arena_print(a, "the part at line %u of \"%.*s\" fits nowhere", h->old_line, STR_FMT(f->new_path));
            break;
        }
        while (at < place) buf_add(&out, lines[at++]);
        for (size_t i = 0; i < n_hunk; i++) {
            char kind = kind_of(hunk[i]);
            if (kind == ' ') buf_add(&out, lines[at++]);
            else if (kind == '-') at++;
            else if (kind == '+') {
                bool ends_bare = i + 1 < n_hunk && kind_of(hunk[i + 1]) == '\\';
                buf_add(&out, ends_bare ? bare(str_from(hunk[i], 1)) : str_from(hunk[i], 1));
            }
        }
    }
    while (ok && at < n) buf_add(&out, lines[at++]);
    if (ok) *after = arena_str(a, buf_view(&out));
    buf_free(&out);
    return ok;
}

/* --- into the store: a tarball of the patched files is unpacked as any other */

struct patching {
    struct arena *a;
    str root;
    const struct pkg_patch_set *set;
    bool *was_used;
    struct gzip_writer gzip;
    str why;
};

static err push(void *user, str bytes) { return pkg_unpack_push(user, bytes); }

static err add_bytes(struct patching *p, str path, bool is_program, str bytes) {
    struct buf b = {0};
    struct tar_entry e = {.kind = TAR_FILE,
                          .path = arena_join(p->a, STR("package/"), path),
                          .mode = is_program ? 0755 : 0644,
                          .size = bytes.len};
    tar_write_header(&b, &e);
    err failed = gzip_writer_push(&p->gzip, buf_view(&b));
    if (!failed && bytes.len) failed = gzip_writer_push(&p->gzip, bytes);
    buf_clear(&b);
    tar_write_padding(&b, bytes.len);
    if (!failed && b.len) failed = gzip_writer_push(&p->gzip, buf_view(&b));
    buf_free(&b);
    return failed;
}

static err add_one(struct patching *p, str path, bool is_program) {
    struct buf bytes = {0};
    err e = file_read_all(path_join(p->a, p->root, path), &bytes);
    str text = buf_view(&bytes);
    bool is_gone = false;
    for (size_t i = 0; i < p->set->count && !e; i++) {
        const struct pkg_patch_file *f = &p->set->files[i];
        if (f->kind == PKG_PATCH_NEW || !str_eq(f->old_path, path)) continue;
        p->was_used[i] = true;
        if (f->changes_mode) is_program = f->is_program;
        if (!pkg_patch_apply(p->a, f, text, &text, &p->why)) e = ERR_MALFORMED;
        if (f->kind == PKG_PATCH_DELETE) is_gone = true;
    }
    if (!e && !is_gone) e = add_bytes(p, path, is_program, text);
    buf_free(&bytes);
    return e;
}

static int by_name(const void *x, const void *y) { return str_cmp(((const struct dir_entry *)x)->name,
                                                                  ((const struct dir_entry *)y)->name); }

static err add_tree(struct patching *p, str folder) {
    struct dir_entry *list;
    size_t n;
    TRY(dir_list(p->a, path_join(p->a, p->root, folder), &list, &n));
    qsort(list, n, sizeof *list, by_name);
    for (size_t i = 0; i < n; i++) {
        struct file_stat is;
        str path = folder.len ? arena_print(p->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(list[i].name)) : list[i].name;
        TRY(file_lstat(path_join(p->a, p->root, path), &is));
        if (file_kind_of_mode(is.mode) == FILE_DIR) TRY(add_tree(p, path));
        else if (file_kind_of_mode(is.mode) == FILE_REGULAR) TRY(add_one(p, path, (is.mode & 0100) != 0));
    }
    return 0;
}

static err add_new(struct patching *p) {
    for (size_t i = 0; i < p->set->count; i++) {
        const struct pkg_patch_file *f = &p->set->files[i];
        str text = STR("");
        if (f->kind == PKG_PATCH_NEW) {
            if (!pkg_patch_apply(p->a, f, text, &text, &p->why)) return ERR_MALFORMED;
            TRY(add_bytes(p, f->new_path, f->is_program, text));
        } else if (!p->was_used[i]) {
            p->why = arena_print(p->a, "there is no file \"%.*s\"", STR_FMT(f->old_path));
            return ERR_NOT_FOUND;
        }
    }
    return 0;
}

static err make(struct patching *p, struct pkg_store *s, str name, str version, struct pkg_stored *out) {
    struct pkg_unpack *u = pkg_unpack_new(s, name, version, STR(""));
    err e = gzip_writer_init(&p->gzip, GZIP_GZIP, 1, push, u);
    if (!e) e = add_tree(p, STR(""));
    if (!e) e = add_new(p);
    struct buf last = {0};
    tar_write_end(&last);
    if (!e) e = gzip_writer_push(&p->gzip, buf_view(&last));
    if (!e) e = gzip_writer_finish(&p->gzip);
    if (!e) e = pkg_unpack_finish(u, out);
    if (e && !p->why.len) p->why = arena_str(p->a, pkg_unpack_why(u));
    gzip_writer_done(&p->gzip);
    buf_free(&last);
    pkg_unpack_free(u);
    return e;
}

err pkg_patch_store(struct arena *a, struct pkg_store *s, str cache, str name, str version,
                    const struct pkg_stored *from, str patch, struct pkg_stored *out, str *why) {
    struct pkg_patch_set set;
    if (!pkg_patch_read(a, patch, &set, why)) return ERR_MALFORMED;
    /* Which sum the patched tarball has is noted: it need not be made again to be found. */
    str memo = arena_print(a, "%.*s/patched/%016llx%016llx", STR_FMT(cache), (unsigned long long)hash_wy(patch, 1),
                           (unsigned long long)hash_wy(from->integrity, 2));
    struct buf sum = {0};
    bool is_there = file_read_all(memo, &sum) == 0 && sum.len && pkg_store_find(s, name, version, buf_view(&sum), out);
    buf_free(&sum);
    if (is_there) return 0;
    struct patching p = {
        .a = a, .root = from->path, .set = &set, .was_used = ARENA_ARRAY(a, bool, set.count + 1), .why = STR("")};
    err e = make(&p, s, name, version, out);
    *why = p.why;
    if (e) return e;
    dir_make_all(path_dirname(memo), 0777, NULL);
    file_write_all(memo, out->integrity, 0644);          /* without it the patch is applied again next time */
    return 0;
}
