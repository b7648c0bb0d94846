/* strip: lowers one file as the run time would. Usage: strip <in> <out.js>, for builtin modules, or strip --table <in>
 * <out.js>, or strip --line <in> <out.js>. Writes the text to <out.js> and what the linker needs to <out.js.meta>:
 * lines `import <specifier>` in the order of the parameters, `export <name>`, `use <specifier> <name>`, `flag
 * meta|dynamic|tla|cjs`. Builtin modules have no cycles, so their re-exports become assignments in the text. With
 * --table the meta file is JSON with everything lang_unit has; with --line the text is one line, to stand in other
 * files. */
#include <stdio.h>

#include "base/must.h"
#include "lang/lang.h"
#include "lang/parse.h"
#include "lang/print.h"

static struct buf read_file(const char *path) {
    struct buf b = {0};
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "strip: %s cannot be read\n", path);
        exit(1);
    }
    for (size_t n; (n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0;) b.len += n;
    fclose(f);
    buf_c(&b);
    return b;
}

static void write_file(const char *path, str text) {
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text.at, 1, text.len, f) != text.len || fclose(f) != 0) {
        fprintf(stderr, "strip: %s cannot be written\n", path);
        exit(1);
    }
}

static void add_json(struct buf *b, str s) {
    buf_add_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '"' || c == '\\') buf_print(b, "\\%c", c);
        else if (c < ' ') buf_print(b, "\\u%04x", c);
        else buf_add_char(b, (char)c);
    }
    buf_add_char(b, '"');
}

static void add_strings(struct buf *b, const char *name, const str *list, uint32_t n) {
    buf_print(b, ",\n\"%s\":[", name);
    for (uint32_t i = 0; i < n; i++) {
        if (i) buf_lit(b, ",");
        add_json(b, list[i]);
    }
    buf_lit(b, "]");
}

static void table(const struct lang_unit *u, struct buf *b) {
    static const char *const kinds[] = {"esm", "cjs", "script"};
    static const char *const exports[] = {"lexical", "var", "function", "indirect", "star", "namespace"};
    buf_print(b, "{\"kind\":\"%s\",\"ascii\":%d,\"tla\":%d,\"eval\":%d,\"meta\":%d,\"dynamic\":%d,\"slots\":[%u,%u,%u]",
              kinds[u->kind], u->is_ascii, u->has_tla, u->has_direct_eval, u->has_import_meta, u->has_import_call,
              u->async_at, u->star_at, u->yield_at);
    buf_lit(b, ",\n\"requests\":[");
    for (uint32_t i = 0; i < u->n_requests; i++) {
        const struct lang_request *r = &u->requests[i];
        buf_print(b, "%s{\"specifier\":", i ? "," : "");
        add_json(b, r->specifier);
        buf_print(b, ",\"namespace\":%d,\"bare\":%d,\"phase\":%d,\"line\":%u,\"column\":%u,\"with\":{",
                  r->wants_namespace, r->side_effects_only, r->phase, r->line, r->column);
        for (uint32_t k = 0; k < r->n_attributes; k++) {
            if (k) buf_lit(b, ",");
            add_json(b, r->attributes[k].key);
            buf_lit(b, ":");
            add_json(b, r->attributes[k].value);
        }
        buf_lit(b, "}}");
    }
    buf_lit(b, "],\n\"imports\":[");
    for (uint32_t i = 0; i < u->n_imports; i++) {
        const struct lang_import *m = &u->imports[i];
        buf_print(b, "%s{\"request\":%u,\"star\":%d,\"imported\":", i ? "," : "", m->request, m->is_namespace);
        add_json(b, m->imported);
        buf_lit(b, ",\"local\":");
        add_json(b, m->local);
        buf_lit(b, "}");
    }
    buf_lit(b, "],\n\"exports\":[");
    for (uint32_t i = 0; i < u->n_exports; i++) {
        const struct lang_export *x = &u->exports[i];
        buf_print(b, "%s{\"kind\":\"%s\",\"live\":%d,\"request\":%u,\"name\":", i ? "," : "", exports[x->kind],
                  x->is_live, x->request);
        add_json(b, x->name);
        buf_lit(b, ",\"imported\":");
        add_json(b, x->imported);
        buf_lit(b, "}");
    }
    buf_lit(b, "]");
    add_strings(b, "cjsExports", u->cjs_exports, u->n_cjs_exports);
    add_strings(b, "cjsReexports", u->cjs_reexports, u->n_cjs_reexports);
    buf_lit(b, ",\n\"calls\":[");
    for (uint32_t i = 0; i < u->n_calls; i++) {
        if (i) buf_lit(b, ",");
        add_json(b, u->calls[i].specifier);
    }
    buf_lit(b, "],\n\"shifts\":[");
    for (uint32_t i = 0; i < u->n_shifts; i++)
        buf_print(b, "%s[%u,%u,%d]", i ? "," : "", u->shifts[i].line, u->shifts[i].column, u->shifts[i].delta);
    buf_lit(b, "]}\n");
}

static void lines(const struct lang_unit *u, struct buf *b) {
    for (uint32_t i = 0; i < u->n_requests; i++) buf_print(b, "import %.*s\n", STR_FMT(u->requests[i].specifier));
    for (uint32_t i = 0; i < u->n_exports; i++) {
        const struct lang_export *x = &u->exports[i];
        if (x->name.len) buf_print(b, "export %.*s\n", STR_FMT(x->name));
        str from = x->kind >= EXPORT_INDIRECT ? u->requests[x->request].specifier : (str){0};
        if (x->kind == EXPORT_INDIRECT) buf_print(b, "use %.*s %.*s\n", STR_FMT(from), STR_FMT(x->imported));
        if (x->kind == EXPORT_STAR) buf_print(b, "star %.*s\n", STR_FMT(from));
    }
    for (uint32_t i = 0; i < u->n_imports; i++)
        if (!u->imports[i].is_namespace)
            buf_print(b, "use %.*s %.*s\n", STR_FMT(u->requests[u->imports[i].request].specifier),
                      STR_FMT(u->imports[i].imported));
    if (u->has_import_meta) buf_lit(b, "flag meta\n");
    if (u->has_import_call) buf_lit(b, "flag dynamic\n");
    if (u->has_tla) buf_lit(b, "flag tla\n");
    if (u->kind == LANG_KIND_CJS) buf_lit(b, "flag cjs\n");
}

/* A builtin's dependencies have run when it runs, and it is part of no cycle: what the linker would do for a user's
 * module is said by text in the head. The parameters are known by position: $m, $meta, $import, then the requests. */
static void link_in_text(struct lang_unit *u) {
    struct buf text = {0};
    str names[256];
    uint32_t n = 0;
    str rest = str_from(buf_view(&u->code), 17), list, behind;
    if (u->kind != LANG_KIND_ESM || !str_split(rest, ')', &list, &behind)) return;
    while (n < 256 && str_next(&list, ',', &names[n])) n++;
    for (uint32_t i = 0; i < u->n_exports; i++) {
        const struct lang_export *x = &u->exports[i];
        if (x->kind < EXPORT_INDIRECT) continue;
        str m = names[0], from = names[3 + x->request];
        if (x->kind == EXPORT_STAR) {
            buf_print(&text, "for(const $k in %.*s)if($k!==\"default\"&&!($k in %.*s))%.*s[$k]=%.*s[$k];",
                      STR_FMT(from), STR_FMT(m), STR_FMT(m), STR_FMT(from));
            continue;
        }
        buf_print(&text, "%.*s[\"%.*s\"]=%.*s", STR_FMT(m), STR_FMT(x->name), STR_FMT(from));
        if (x->kind == EXPORT_INDIRECT) buf_print(&text, "[\"%.*s\"]", STR_FMT(x->imported));
        buf_lit(&text, ";");
    }
    uint32_t k = 3 + u->n_requests;
    for (uint32_t i = 0; i < u->n_requests; i++)
        if (u->requests[i].wants_namespace && k < n) {
            buf_print(&text, "%.*s=%.*s;", STR_FMT(names[k]), STR_FMT(names[3 + i]));
            k++;
        }
    if (text.len) {
        str copy = buf_view(&text);
        buf_insert(&u->code, u->yield_at, copy);
    }
    buf_free(&text);
}

static enum lang_dialect dialect_of(str path) {
    if (str_ends(path, STR(".tsx"))) return LANG_TSX;
    if (str_ends(path, STR(".ts")) || str_ends(path, STR(".mts")) || str_ends(path, STR(".cts"))) return LANG_TS;
    return str_ends(path, STR(".jsx")) ? LANG_JSX : LANG_JS;
}

/* --- squeezing: faces are parsed at every start, so what is not code goes: comments, indents, runs of blanks. Lines
 * stay. -- */

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           c == '#' || c == '\\';
}

/* Does a `/` after what was written begin a regular expression? */
static bool wants_value(const struct buf *b) {
    static const char *const words[] = {"return", "typeof", "case", "in",         "of",    "do",    "else", "void",
                                        "delete", "throw",  "new",  "instanceof", "yield", "await", NULL};
    size_t n = b->len;
    while (n && (b->at[n - 1] == ' ' || b->at[n - 1] == '\n')) n--;
    if (!n) return true;
    if (!is_word(b->at[n - 1])) return b->at[n - 1] != ')' && b->at[n - 1] != ']' && b->at[n - 1] != '}';
    size_t from = n;
    while (from && is_word(b->at[from - 1])) from--;
    for (int i = 0; words[i]; i++) if (str_is(str_of(b->at + from, n - from), words[i])) return true;
    return false;
}

static const char *copy_quoted(struct buf *b, const char *p, char quote) {
    bool in_class = false;
    buf_add_char(b, *p++);
    for (; in_class || *p != quote; p++) {
        if (*p == '\\') buf_add_char(b, *p++);
        else if (quote == '/' && (*p == '[' || *p == ']')) in_class = *p == '[';
        buf_add_char(b, *p);
    }
    buf_add_char(b, *p++);
    return p;
}

/* From behind a backquote or the } of a substitution to behind the next backquote or ${. */
static const char *copy_template(struct buf *b, const char *p, bool *opens) {
    for (; *p != '`' && !(*p == '$' && p[1] == '{'); p++) {
        if (*p == '\\') buf_add_char(b, *p++);
        buf_add_char(b, *p);
    }
    *opens = *p == '$';
    buf_add(b, str_of(p, *opens ? 2 : 1));
    return p + (*opens ? 2 : 1);
}

static struct buf squeeze(const char *p) {
    struct buf b = {0};
    int depth = 0, templates[32], n_templates = 0;
    bool blank = false, opens;
    while (*p) {
        if (*p == '\n') {
            buf_add_char(&b, *p++);
            blank = false;
        } else if (*p == ' ' || *p == '\t' || *p == '\r') blank = true, p++;
        else if (p[0] == '/' && p[1] == '/') while (*p && *p != '\n') p++;
        else if (p[0] == '/' && p[1] == '*') {
            for (blank = true; !(p[0] == '*' && p[1] == '/'); p++) if (*p == '\n') buf_add_char(&b, '\n');
            p += 2;
        } else {
            char last = b.len ? b.at[b.len - 1] : '\n';
            bool apart = (is_word(last) && (is_word(*p) || *p == '.')) || (last == *p && strchr("+-/", last)) ||
                         (last == '<' && *p == '!');
            if (blank && last != '\n' && apart) buf_add_char(&b, ' ');
            blank = false;
            opens = false;
            if (*p == '"' || *p == '\'') p = copy_quoted(&b, p, *p);
            else if (*p == '/' && wants_value(&b)) p = copy_quoted(&b, p, '/');
            else if (*p == '`' || (*p == '}' && n_templates && templates[n_templates - 1] == depth)) {
                if (*p == '}') n_templates--;
                buf_add_char(&b, *p);
                p = copy_template(&b, p + 1, &opens);
                if (opens) templates[n_templates++] = depth;
            } else {
                depth += (*p == '{') - (*p == '}');
                buf_add_char(&b, *p++);
            }
        }
    }
    buf_c(&b);
    return b;
}

/* The function expression of a module, without a line end. */
static void put_on_a_line(struct buf *code) {
    struct tree t = {0};
    struct diag d = {0};
    struct buf out = {0};
    must(parse_source(&t, buf_view(code), &(struct parse_options){.file = STR("face"), .goal = PARSE_SCRIPT}, &d));
    print_tree(&t, &(struct print_options){.compact = true, .ascii = true}, &out);
    while (out.len && (out.at[out.len - 1] == '\n' || out.at[out.len - 1] == ';')) out.len--;
    must(!memchr(out.at, '\n', out.len));
    ast_free(&t);
    buf_free(code);
    *code = out;
}

int main(int argc, char **argv) {
    struct lang_options o = {.verbatim_imports = true};
    bool as_table = false, as_line = false;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        str a = str_c(argv[i]);
        if (str_is(a, "--table")) as_table = true, o.verbatim_imports = false;
        else if (str_is(a, "--line")) as_line = true;
        else if (str_is(a, "--keep")) o.keep_modules = true, o.decorators = STR("(()=>{})");
        else if (str_is(a, "--assign-fields")) o.assign_class_fields = true;
        else if (str_is(a, "--legacy-decorators")) o.legacy_decorators = true;
        else if (str_is(a, "--metadata")) o.legacy_decorators = o.decorator_metadata = true;
        else if (str_is(a, "--verbatim")) o.verbatim_imports = true;
    else if (str_is(a, "--cjs")) o.goal = LANG_CJS;
    else if (str_is(a, "--classic")) o.jsx = LANG_JSX_CLASSIC;
        else if (str_is(a, "--dev")) o.jsx_dev = true;
        else if (str_is(a, "--esm")) o.goal = LANG_ESM;
        else if (str_is(a, "--no-context")) o.no_async_context = true;
    }
    if (argc - i != 2) {
        fprintf(stderr, "usage: strip [--table | --line] <in> <out.js>\n");
        return 2;
    }
    str in = str_c(argv[i]);
    struct buf source = read_file(argv[i]), meta = {0}, message = {0}, meta_path = {0};
    bool builtin_js = str_ends(in, STR(".js")) || str_ends(in, STR(".cjs"));
    if (str_ends(in, STR(".mjs")) || str_ends(in, STR(".mts")) || (!as_table && !builtin_js)) o.goal = LANG_ESM;
    else if (str_ends(in, STR(".cjs")) || str_ends(in, STR(".cts")) || !as_table) o.goal = LANG_CJS;
    o.dialect = dialect_of(in);
    struct lang_unit u;
    struct diag d = {0};
    if (!lang_lower(&u, in, buf_view(&source), &o, &d)) {
        diag_print(&d, &message, false);
        fwrite(message.at, 1, message.len, stderr);
        return 1;
    }
    if (as_table) table(&u, &meta);
    else {
        if (!o.keep_modules) link_in_text(&u);
        lines(&u, &meta);
        if (o.dialect == LANG_TS && !o.keep_modules) {
            struct buf squeezed = squeeze(buf_c(&u.code));
            buf_free(&u.code);
            u.code = squeezed;
        }
        if (as_line) put_on_a_line(&u.code);
    }
    write_file(argv[i + 1], buf_view(&u.code));
    buf_print(&meta_path, "%s.meta", argv[i + 1]);
    write_file(buf_c(&meta_path), buf_view(&meta));
    lang_unit_done(&u);
    diag_free(&d);
    buf_free(&source);
    buf_free(&meta);
    buf_free(&meta_path);
    return 0;
}
