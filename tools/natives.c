/* natives: finds the doors. Reads the C files named on stdin (one path a line), looks for JS_DOOR(id, table) and the
 * table's rows {"name", function, "signature"}, and writes <out>/doors.txt ("id folder" a line) and <out>/natives.d.ts,
 * the types of `native:*`. A door's id is its folder's path below src/mod (or src), with `_` for `/`: src/mod/node/fs
 * is node_fs. */
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

static struct arena arena;

static bool read_all(const char *path, struct buf *into) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    for (;;) {
        char *at = buf_room(into, 65536);
        size_t n = fread(at, 1, 65536, f);
        if (!n) break;
        into->len += n;
    }
    fclose(f);
    return true;
}

/* Writes only what changed, so that nothing is compiled again for nothing. */
static bool write_all(str path, const struct buf *b) {
    struct buf old = {0};
    bool same = read_all(arena_c(&arena, path), &old) && str_eq(buf_view(&old), buf_view(b));
    buf_free(&old);
    if (same) return true;
    FILE *f = fopen(arena_c(&arena, path), "wb");
    if (!f) return false;
    bool whole = fwrite(b->at, 1, b->len, f) == b->len;
    return fclose(f) == 0 && whole;
}

static void skip_space(str *s) {
    for (;;) {
        while (s->len && (*s->at == ' ' || *s->at == '\n' || *s->at == '\t')) *s = str_from(*s, 1);
        if (str_starts(*s, STR("/*"))) {
            ptrdiff_t end = str_find(*s, STR("*/"));
            *s = str_from(*s, end < 0 ? s->len : (size_t)end + 2);
        } else if (str_starts(*s, STR("//"))) {
            ptrdiff_t end = str_find_char(*s, '\n');
            *s = str_from(*s, end < 0 ? s->len : (size_t)end);
        } else return;
    }
}

/* One C string, or several in a row, unescaped (only \" and \\ occur). */
static bool read_string(str *s, struct buf *out) {
    bool any = false;
    for (;;) {
        skip_space(s);
        if (!s->len || *s->at != '"') return any;
        any = true;
        size_t i = 1;
        for (; i < s->len && s->at[i] != '"'; i++) {
            if (s->at[i] == '\\' && i + 1 < s->len) i++;
            buf_add_char(out, s->at[i]);
        }
        *s = str_from(*s, i + 1);
    }
}

static void write_types(str text, str table, str door, struct buf *out) {
    str last = door;                                          /* native:fs is the door mod_node_fs' last part */
    for (ptrdiff_t at; (at = str_rfind_char(last, '/')) >= 0;) last = str_from(last, (size_t)at + 1);
    buf_print(out, "declare module 'native:%.*s' {\n", STR_FMT(last));
    str head = arena_print(&arena, "struct js_native %.*s[]", STR_FMT(table));
    ptrdiff_t at = str_find(text, head);
    str s = str_from(text, at < 0 ? text.len : (size_t)at + head.len);
    at = str_find_char(s, '{');
    s = str_from(s, at < 0 ? s.len : (size_t)at + 1);
    for (;;) {
        skip_space(&s);
        if (!s.len || *s.at != '{') break;
        s = str_from(s, 1);
        struct buf name = {0}, type = {0};
        read_string(&s, &name);
        skip_space(&s);
        if (s.len && *s.at == ',') s = str_from(s, 1);
        at = str_find_char(s, ',');
        s = str_from(s, at < 0 ? s.len : (size_t)at + 1);
        if (!read_string(&s, &type)) buf_lit(&type, "(...args: any[]): any");
        buf_print(out, "  export function %.*s%.*s\n", (int)name.len, name.at, (int)type.len, type.at);
        buf_free(&name);
        buf_free(&type);
        at = str_find_char(s, '}');
        s = str_from(s, at < 0 ? s.len : (size_t)at + 1);
        skip_space(&s);
        if (s.len && *s.at == ',') s = str_from(s, 1);
    }
    buf_lit(out, "}\n");
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "natives: usage: natives <out folder>, paths on stdin\n"), 2;
    struct buf doors = {0}, types = {0};
    char line[4096];
    int bad = 0;
    while (fgets(line, sizeof line, stdin)) {
        str path = arena_str(&arena, str_trim(str_c(line)));
        struct buf file = {0};
        if (!path.len || !read_all(path.at, &file)) continue;
        str text = buf_view(&file);
        for (ptrdiff_t at; (at = str_find(text, STR("\nJS_DOOR("))) >= 0;) {
            str rest = str_from(text, (size_t)at + sizeof "\nJS_DOOR(" - 1), id, table, tail;
            if (!str_split(rest, ')', &rest, &tail) || !str_split(rest, ',', &id, &table)) break;
            id = arena_str(&arena, str_trim(id));
            table = str_trim(table);
            str folder = str_upto(path, (size_t)str_rfind_char(path, '/'));
            str place = str_from(folder, str_starts(folder, STR("src/mod/")) ? 8 : 4);
            char *want = (char *)arena_c(&arena, place);
            for (char *c = want; *c; c++) if (*c == '/' || *c == '-') *c = '_';
            if (!str_is(id, want)) {
                fprintf(stderr, "%.*s: JS_DOOR(%.*s, ...) must be called %s here\n", STR_FMT(path), STR_FMT(id), want);
                bad = 1;
            }
            buf_print(&doors, "%.*s %.*s\n", STR_FMT(id), STR_FMT(folder));
            write_types(buf_view(&file), table, place, &types);
            text = tail;
        }
        buf_free(&file);
    }
    if (bad) return 1;
    if (!write_all(arena_print(&arena, "%s/doors.txt", argv[1]), &doors) ||
        !write_all(arena_print(&arena, "%s/natives.d.ts", argv[1]), &types))
        return perror("natives"), 1;
    return 0;
}
