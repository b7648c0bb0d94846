/* load/standin.c: lowers by a script until lang_lower is there; goes with it. */
#include "lang/lang.h"
#include <stdio.h>
static str field(str *rest) { str f; if (!str_next(rest, '\t', &f)) return (str){0}; return f; }
static uint32_t num(str s) { int64_t n = 0; str_to_int(s, &n); return (uint32_t)n; }
__attribute__((weak)) bool lang_lower(struct lang_unit *u, str file, str source, const struct lang_options *o, struct diag *d) {
    *u = (struct lang_unit){0};
    char tmp[64], cmd[8192];
    snprintf(tmp, sizeof tmp, "/tmp/bao-standin/x-%p-%p", (void *)u, (void *)tmp);
    FILE *w = fopen(tmp, "wb");
    if (!w || fwrite(source.at, 1, source.len, w) != source.len) return false;
    fclose(w);
    snprintf(cmd, sizeof cmd, "node /tmp/bao-standin/lower.mjs '%.*s' %d %d < %s", STR_FMT(file), o->dialect, o->goal, tmp);
    FILE *f = popen(cmd, "r");
    struct buf b = {0};
    for (size_t n; (n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0;) b.len += n;
    pclose(f); remove(tmp);
    str all = arena_str(&u->arena, buf_view(&b));
    buf_free(&b);
    ptrdiff_t at = str_find(all, STR("\n\f\n"));
    if (at < 0) return diag_add(d, DIAG_ERROR, "x", file, source, 0, 1, "stand-in failed"), false;
    str tables = str_upto(all, (size_t)at), line;
    buf_add(&u->code, str_from(all, (size_t)at + 3)); buf_c(&u->code);
    u->requests = ARENA_ARRAY(&u->arena, struct lang_request, 4000);
    u->imports = ARENA_ARRAY(&u->arena, struct lang_import, 4000);
    u->exports = ARENA_ARRAY(&u->arena, struct lang_export, 4000);
    u->calls = ARENA_ARRAY(&u->arena, struct lang_call, 4000);
    u->cjs_exports = ARENA_ARRAY(&u->arena, str, 4000);
    while (str_next(&tables, '\n', &line)) {
        str k = field(&line);
        if (str_is(k, "error")) {
        uint32_t l = num(field(&line)), c = num(field(&line));
        size_t pos = 0;
        for (uint32_t i = 1;
        i < l;
        i++) {
        ptrdiff_t p = str_find_char(str_from(source, pos), '\n');
        if (p < 0) break;
        pos += (size_t)p + 1;
        } diag_add(d, DIAG_ERROR, "x", file, source, pos + c - 1, 1, "%.*s", STR_FMT(line));
        return false;
        }
        if (str_is(k, "kind")) u->kind = str_is(line, "esm") ? LANG_KIND_ESM : str_is(line, "cjs") ? LANG_KIND_CJS : LANG_KIND_SCRIPT;
        if (str_is(k, "flag")) {
        if (str_is(line, "tla")) u->has_tla = true;
        if (str_is(line, "meta")) u->has_import_meta = true;
        if (str_is(line, "importcall")) u->has_import_call = true;
        if (str_is(line, "require")) u->uses_require = true;
        if (str_is(line, "cjs")) u->has_cjs_syntax = true;
        }
        if (str_is(k, "cjs")) u->cjs_exports[u->n_cjs_exports++] = line;
        if (str_is(k, "call")) u->calls[u->n_calls++] = (struct lang_call){.specifier = line};
        if (str_is(k, "request")) {
        struct lang_request *q = &u->requests[u->n_requests++];
        q->specifier = field(&line);
        q->wants_namespace = num(field(&line));
        u->n_namespaces += q->wants_namespace;
        q->line = num(field(&line));
        q->column = num(field(&line));
        q->attributes = ARENA_ARRAY(&u->arena, struct lang_attribute, 8);
        while (line.len) {
        struct lang_attribute *a = &q->attributes[q->n_attributes++];
        a->key = field(&line);
        a->value = field(&line);
        } }
        if (str_is(k, "import")) {
        struct lang_import *q = &u->imports[u->n_imports++];
        q->request = num(field(&line));
        q->imported = field(&line);
        q->local = field(&line);
        q->is_namespace = num(field(&line));
        q->line = num(field(&line));
        q->column = num(field(&line));
        }
        if (str_is(k, "export")) {
        struct lang_export *q = &u->exports[u->n_exports++];
        q->kind = num(field(&line));
        q->name = field(&line);
        q->local = field(&line);
        q->imported = field(&line);
        q->request = num(field(&line));
        q->is_live = num(field(&line));
        q->line = num(field(&line));
        q->column = num(field(&line));
        }
    }
    u->is_ascii = true;
    for (size_t i = 0; i < u->code.len; i++) if ((unsigned char)u->code.at[i] > 126) u->is_ascii = false;
    if (u->kind == LANG_KIND_ESM) {
        u->async_at = 1; u->star_at = 15;
        ptrdiff_t y = str_find(buf_view(&u->code), STR("      "));
        y = str_find(str_from(buf_view(&u->code), 30), STR("      "));
        u->yield_at = (uint32_t)y + 30;
    }
    return true;
}
