/* embed: binds the lowered faces into the program. Usage: embed <out folder> <faces folder>, with the faces' source
 * paths on stdin. For src/x.ts it reads <faces folder>/x.js (the text) and x.js.meta (lines `import <specifier>`,
 * `export <name>`, `use <specifier> <name>`, `flag <name>`), names each face, resolves imports to faces and doors,
 * checks that imports exist, go downwards and make no cycle, and writes <out>/faces.c (the table) and <out>/faces.S
 * (the texts by .incbin). */
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"

struct face {
    str path, id, folder;           /* "src/mod/node/fs/read.ts", "node:fs/read", "src/mod/node/fs" */
    struct map exports;
    LIST(str) imports;
    LIST(str) uses;                 /* specifier, name, specifier, name, ... */
    LIST(int) deps;
    str js;
    size_t len;
    bool is_cjs, uses_meta, on_path, is_done;
};

static struct arena arena;
static struct face *faces;
static size_t n_faces;
static LIST(str) doors;             /* id, folder, id, folder, ... */
static int bad;

#define FAIL(...) (bad = 1, fprintf(stderr, "embed: " __VA_ARGS__), fputc('\n', stderr))

static str read_file(const char *path) {
    struct buf b = {0};
    FILE *f = fopen(path, "rb");
    if (!f) return (str){0};
    for (size_t n; (n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0;) b.len += n;
    fclose(f);
    buf_c(&b);
    return buf_view(&b);            /* kept to the end */
}

static bool write_file(const char *path, const struct buf *b) {
    str old = read_file(path);
    if (old.at && str_eq(old, buf_view(b))) return true;
    FILE *f = fopen(path, "wb");
    if (!f) return false;
    bool whole = fwrite(b->at, 1, b->len, f) == b->len;
    return fclose(f) == 0 && whole;
}

static str without_ext(str path) {
    ptrdiff_t at = str_rfind_char(path, '.');
    return at < 0 ? path : str_upto(path, (size_t)at);
}

/* src/mod/node/fs/fs.ts is node:fs, src/mod/node/fs/read.ts node:fs/read, src/mod/bun/bun.ts bun, src/mod/internal/x.ts
 * internal:x, src/rt/boot.ts rt:boot, vendor/npm/pkg/lib/x.js npm:pkg/lib/x.js. */
static str id_of(str path) {
    if (str_starts(path, STR("vendor/npm/"))) return arena_print(&arena, "npm:%.*s", STR_FMT(str_from(path, 11)));
    str rest = without_ext(str_from(path, str_starts(path, STR("src/mod/")) ? 8 : 4)), room, name, folder, file;
    if (!str_split(rest, '/', &room, &name)) return rest;
    if (str_is(room, "bun") && str_is(name, "bun")) return STR("bun");
    if (str_split(name, '/', &folder, &file) && str_eq(folder, file)) name = folder;
    return arena_print(&arena, "%.*s:%.*s", STR_FMT(room), STR_FMT(name));
}

static struct face *face_by(str id) {
    for (size_t i = 0; i < n_faces; i++) if (str_eq(faces[i].id, id)) return &faces[i];
    return NULL;
}

static struct face *face_by_path(str path) {
    for (size_t i = 0; i < n_faces; i++) if (str_eq(faces[i].path, path)) return &faces[i];
    return NULL;
}

/* "./y.ts" or "../x/y.ts" seen from `folder`. */
static str join(str folder, str spec) {
    for (;;) {
        if (str_starts(spec, STR("./"))) spec = str_from(spec, 2);
        else if (str_starts(spec, STR("../"))) {
            spec = str_from(spec, 3);
            folder = str_upto(folder, (size_t)str_rfind_char(folder, '/'));
        } else return arena_print(&arena, "%.*s/%.*s", STR_FMT(folder), STR_FMT(spec));
    }
}

static int rank_of(str id) {
    static const char *const order[] = {"internal:", "web:", "node:", "bun", NULL};
    if (str_starts(id, STR("rt:"))) return 9;
    for (int i = 0; order[i]; i++) if (str_starts(id, str_c(order[i]))) return i;
    return 0;
}

/* A face's number, ~n for a door, or -32768 when there is no such thing. */
static int resolve(const struct face *f, str spec) {
    if (str_starts(spec, STR("native:"))) {
        for (size_t i = 1; i < doors.len; i += 2) {
            str folder = doors.at[i], last = str_from(folder, (size_t)str_rfind_char(folder, '/') + 1);
            if (str_eq(folder, f->folder) && str_eq(last, str_from(spec, 7))) return ~(int)(i / 2);
        }
        return -32768;
    }
    struct face *to = spec.len && *spec.at == '.' ? face_by_path(join(f->folder, spec)) : face_by(spec);
    return to ? (int)(to - faces) : -32768;
}

static void read_meta(struct face *f, str meta) {
    for (str line; str_next(&meta, '\n', &line);) {
        str word, rest;
        str_split(line, ' ', &word, &rest);
        if (str_is(word, "import")) *LIST_ADD(&f->imports) = rest;
        else if (str_is(word, "export")) map_put(&f->exports, rest, f);
        else if (str_is(word, "use")) str_split(rest, ' ', LIST_ADD(&f->uses), &word), *LIST_ADD(&f->uses) = word;
        else if (str_is(word, "flag") && str_is(rest, "meta")) f->uses_meta = true;
        else if (str_is(word, "flag") && str_is(rest, "tla"))
            FAIL("%.*s: a builtin module may not wait at its top level", STR_FMT(f->path));
    }
}

static void link_face(struct face *f) {
    for (size_t i = 0; i < f->imports.len; i++) {
        str spec = f->imports.at[i];
        int dep = resolve(f, spec);
        if (dep == -32768) FAIL("%.*s: imports '%.*s', which is not there", STR_FMT(f->path), STR_FMT(spec));
        else if (dep >= 0 && rank_of(faces[dep].id) > rank_of(f->id) && !str_starts(faces[dep].id, STR("rt:modules")))
            FAIL("%.*s: may not import '%.*s': internal, web, node, bun import downwards only", STR_FMT(f->path),
                 STR_FMT(spec));
        *LIST_ADD(&f->deps) = dep;
    }
    for (size_t i = 0; i + 1 < f->uses.len; i += 2) {
        int dep = resolve(f, f->uses.at[i]);
        if (dep >= 0 && !faces[dep].is_cjs && !map_get(&faces[dep].exports, f->uses.at[i + 1]))
            FAIL("%.*s: imports { %.*s } from '%.*s', which does not export it", STR_FMT(f->path),
                 STR_FMT(f->uses.at[i + 1]), STR_FMT(f->uses.at[i]));
    }
}

static void find_cycle(struct face *f) {
    if (f->is_done) return;
    f->on_path = true;
    for (size_t i = 0; i < f->deps.len; i++) {
        if (f->deps.at[i] < 0) continue;
        struct face *to = &faces[f->deps.at[i]];
        if (to->on_path)
            FAIL("%.*s and %.*s import each other: use import.meta.builtin", STR_FMT(f->path), STR_FMT(to->path));
        else find_cycle(to);
    }
    f->on_path = false;
    f->is_done = true;
}

static int by_id(const void *a, const void *b) {
    return str_cmp(((const struct face *)a)->id, ((const struct face *)b)->id);
}

/* What every start reads lies together: a page of a file comes with those around it, and each counts. */
static bool is_of_every_start(const struct face *f) {
    static const char *const paths[] = {
        "src/rt/boot.ts", "src/rt/globals.ts", "src/rt/lowering.ts", "src/mod/web/console/console.ts",
        "src/mod/internal/stdio.ts",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (str_is(f->path, paths[i])) return true;
    return false;
}

static void write_text(struct buf *s, size_t i) {
    buf_print(s, ".globl rt_face_text_%zu\n.hidden rt_face_text_%zu\nrt_face_text_%zu: .incbin \"%.*s\"\n.byte 0\n",
              i, i, i, STR_FMT(faces[i].js));
}

static void write_tables(struct buf *c, struct buf *s) {
    buf_lit(c, "/* Written by tools/embed. */\n#include \"rt/faces.h\"\n");
    buf_lit(s, "/* Written by tools/embed. */\n.section .rodata\n");
    for (size_t i = 0; i < n_faces; i++)
        if (is_of_every_start(&faces[i])) write_text(s, i);
    for (size_t i = 0; i < n_faces; i++)
        if (!is_of_every_start(&faces[i])) write_text(s, i);
    for (size_t i = 0; i < n_faces; i++) {
        struct face *f = &faces[i];
        buf_print(c, "extern const char rt_face_text_%zu[];\n", i);
        if (!f->deps.len) continue;
        buf_print(c, "static const int16_t deps_%zu[] = {", i);
        for (size_t d = 0; d < f->deps.len; d++) buf_print(c, "%d, ", f->deps.at[d]);
        buf_lit(c, "};\n");
    }
    buf_lit(s, ".section .note.GNU-stack,\"\",@progbits\n");
    buf_lit(c, "const struct rt_face rt_faces[] = {\n");
    for (size_t i = 0; i < n_faces; i++) {
        struct face *f = &faces[i];
        buf_print(c, "    {\"%.*s\", \"%.*s\", rt_face_text_%zu, %zu, %s, %d, %zu, ", STR_FMT(f->id), STR_FMT(f->path),
                  i, f->len, f->is_cjs ? "RT_FACE_CJS" : "RT_FACE_ESM", f->uses_meta, f->deps.len);
        if (f->deps.len) buf_print(c, "deps_%zu},\n", i);
        else buf_lit(c, "0},\n");
    }
    buf_print(c, "    {0},\n};\nconst int rt_n_faces = %zu;\nconst struct rt_door rt_doors[] = {\n", n_faces);
    for (size_t i = 0; i < doors.len; i += 2)
        buf_print(c, "    {\"%.*s\", \"%.*s\"},\n", STR_FMT(doors.at[i]), STR_FMT(doors.at[i + 1]));
    buf_print(c, "    {0},\n};\nconst int rt_n_doors = %zu;\n", doors.len / 2);
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "embed: usage: embed <out folder> <faces folder>, paths on stdin\n"), 2;
    LIST(struct face) list = {0};
    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        str path = arena_str(&arena, str_trim(str_c(line)));
        if (!path.len) continue;
        struct face *f = LIST_ADD(&list);
        *f = (struct face){.path = path, .folder = str_upto(path, (size_t)str_rfind_char(path, '/'))};
        f->id = id_of(path);
        f->is_cjs = str_starts(path, STR("vendor/"));
        f->js = arena_print(&arena, "%s/%.*s.js", argv[2], STR_FMT(without_ext(path)));
        str text = read_file(f->js.at);
        f->len = text.len;
        if (!text.at) FAIL("cannot read %s", f->js.at);
        for (size_t i = 0; i < text.len; i++)
            if ((unsigned char)text.at[i] > 126) { FAIL("%s: not ASCII at byte %zu", f->js.at, i); break; }
        read_meta(f, read_file(arena_print(&arena, "%.*s.meta", STR_FMT(f->js)).at));
    }
    str text = read_file(arena_print(&arena, "%s/doors.txt", argv[1]).at), row, id, folder;
    while (str_next(&text, '\n', &row))
        if (str_split(row, ' ', &id, &folder)) *LIST_ADD(&doors) = id, *LIST_ADD(&doors) = folder;
    faces = list.at;
    n_faces = list.len;
    if (n_faces) qsort(faces, n_faces, sizeof *faces, by_id);
    for (size_t i = 0; i < n_faces; i++) link_face(&faces[i]);
    for (size_t i = 0; i < n_faces; i++) find_cycle(&faces[i]);
    if (bad) return 1;
    struct buf c = {0}, s = {0};
    write_tables(&c, &s);
    if (!write_file(arena_print(&arena, "%s/faces.c", argv[1]).at, &c) ||
        !write_file(arena_print(&arena, "%s/faces.S", argv[1]).at, &s))
        return perror("embed"), 1;
    return 0;
}
