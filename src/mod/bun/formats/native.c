/* mod/bun/formats/native.c: the door of bun:formats: configuration files, hashes and patterns of data/. */
#include "engine/js.h"

#include "base/diag.h"
#include "data/glob.h"
#include "data/hash.h"
#include "data/json5.h"
#include "data/semver.h"
#include "data/toml.h"
#include "data/yaml.h"

/* What a tree says; what JSON cannot say of it becomes an element of the second argument. Or a SyntaxError that says
 * where the text is wrong. */
static js_val value_of(struct js_call *c, const char *name, struct json *tree, struct diag *d) {
    js_val made;
    if (tree) {
        struct buf text = {0}, fixes = {0};
        if (json_write_fixes(&fixes, tree)) js_set_at(js_arg(c, 1), 0, js_make_str(buf_view(&fixes)));
        json_write(&text, tree, STR(""));
        made = js_make_json(buf_view(&text));
        if (!made) made = js_throw(JS_RANGE_ERROR, NULL, "%s Parse error: the text is nested too deeply", name);
        buf_free(&text);
        buf_free(&fixes);
    } else {
        const struct diag_message *m = d->first;
        made = js_throw(JS_SYNTAX_ERROR, NULL, "%s Parse error: %.*s (line %u, column %u)", name, STR_FMT(m->text),
                        m->line, m->column);
    }
    diag_free(d);
    return made;
}

NATIVE(formats_toml) {
    struct diag d = {0};
    return value_of(c, "TOML", toml_parse(js_arena(c), js_str(c, 0), &d, STR("")), &d);
}

NATIVE(formats_yaml) {
    struct diag d = {0};
    return value_of(c, "YAML", yaml_read(js_arena(c), js_str(c, 0), &d, STR("")), &d);
}

/* Does a text begin as JSON does? The engine reads that fastest. */
static bool begins_as_json(str s) {
    char open = 0;
    size_t i = 0;
    for (; i < s.len && (s.at[i] == ' ' || s.at[i] == '\n' || s.at[i] == '[' || s.at[i] == '{'); i++)
        if (s.at[i] > ' ') open = s.at[i];
    if (i == s.len) return false;
    return open == '{' ? s.at[i] == '"' || s.at[i] == '}' : s.at[i] != '/' && s.at[i] != '\'';
}

NATIVE(formats_json5) {
    struct diag d = {0};
    str text = js_str_wtf8(c, 0);
    js_val made = begins_as_json(text) ? js_parse_json(js_arg(c, 0)) : NULL;
    return made ? made : value_of(c, "JSON5", json5_parse(js_arena(c), text, &d, STR("")), &d);
}

NATIVE(formats_jsonc) {
    struct diag d = {0};
    str text = js_str_wtf8(c, 0);
    js_val made = begins_as_json(text) ? js_parse_json(js_arg(c, 0)) : NULL;
    return made ? made : value_of(c, "JSONC", json_parse(js_arena(c), text, JSONC, &d, STR("")), &d);
}

/* The values, when each line is one; undefined for anything else. */
NATIVE(formats_jsonl) {
    struct buf text = {0};
    js_val made = json_join_lines(&text, js_str_wtf8(c, 0)) ? js_make_json(buf_view(&text)) : NULL;
    buf_free(&text);
    return made;
}

NATIVE(formats_glob) { return js_make_bool(glob_match(js_str(c, 0), js_str(c, 1))); }

enum kind { WYHASH, ADLER32, CRC32, XX32, XX64, MURMUR32V2, MURMUR32V3, MURMUR64V2 };       /* as in formats.ts */

NATIVE(formats_hash) {
    struct js_bytes b = js_bytes(c, 1);
    str s = js_is_string(js_arg(c, 1)) ? js_str(c, 1) : str_of((const char *)b.at, b.len);
    uint64_t seed = (uint64_t)js_long(c, 2);
    switch ((enum kind)js_int(c, 0)) {
    case WYHASH:     return js_make_ubigint(hash_wy(s, seed));
    case ADLER32:    return js_make_num(hash_adler32(s, 1));
    case CRC32:      return js_make_num(hash_crc32(s, (uint32_t)seed));
    case XX32:       return js_make_num(hash_xx32(s, (uint32_t)seed));
    case XX64:       return js_make_ubigint(hash_xx64(s, seed));
    case MURMUR32V2: return js_make_num(hash_murmur32v2(s, (uint32_t)seed));
    case MURMUR32V3: return js_make_num(hash_murmur32v3(s, (uint32_t)seed));
    case MURMUR64V2: return js_make_ubigint(hash_murmur64v2(s, seed));
    }
    return NULL;
}

NATIVE(formats_satisfies) { return js_make_bool(semver_satisfies(js_str(c, 0), js_str(c, 1), SEMVER_LOOSE)); }

/* What is no version comes last. */
NATIVE(formats_order) {
    struct semver a, b;
    bool has_a = semver_parse(js_str(c, 0), SEMVER_LOOSE, &a), has_b = semver_parse(js_str(c, 1), SEMVER_LOOSE, &b);
    return js_make_num(has_a && has_b ? semver_cmp(&a, &b) : has_b - has_a);
}

static const struct js_native natives[] = {
    {"satisfies", formats_satisfies, "(version: string, range: string): boolean"},
    {"order", formats_order, "(a: string, b: string): number"},
    {"toml", formats_toml, "(text: string, fixes: string[]): any"},
    {"yaml", formats_yaml, "(text: string, fixes: string[]): any"},
    {"json5", formats_json5, "(text: string, fixes: string[]): any"},
    {"jsonc", formats_jsonc, "(text: string, fixes: string[]): any"},
    {"jsonl", formats_jsonl, "(text: string): any[] | undefined"},
    {"glob", formats_glob, "(pattern: string, path: string): boolean"},
    {"hash", formats_hash,
     "(kind: number, data: string | Uint8Array | ArrayBuffer, seed: number | bigint): number | bigint"},
};
JS_DOOR(bun_formats, natives)
