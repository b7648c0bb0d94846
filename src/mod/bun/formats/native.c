/* mod/bun/formats/native.c: the door of bun:formats: configuration files, hashes and patterns of data/. */
#include "engine/js.h"

#include "base/diag.h"
#include "data/glob.h"
#include "data/hash.h"
#include "data/json5.h"
#include "data/semver.h"
#include "data/toml.h"
#include "data/yaml.h"

/* The text as JSON; with what JSON cannot say when there is such; or a SyntaxError that says where it is wrong. */
static js_val as_json(const char *name, struct json *tree, struct diag *d) {
    js_val made;
    if (tree) {
        struct buf text = {0}, fixes = {0};
        bool has_fixes = json_write_fixes(&fixes, tree);
        json_write(&text, tree, STR(""));
        made = js_make_str_wtf8(buf_view(&text));
        if (has_fixes) made = js_make_array(2, (js_val[]){made, js_make_str(buf_view(&fixes))});
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
    return as_json("TOML", toml_parse(js_arena(c), js_str(c, 0), &d, STR("")), &d);
}

NATIVE(formats_yaml) {
    struct diag d = {0};
    return as_json("YAML", yaml_read(js_arena(c), js_str(c, 0), &d, STR("")), &d);
}

NATIVE(formats_json5) {
    struct diag d = {0};
    return as_json("JSON5", json5_parse(js_arena(c), js_str_wtf8(c, 0), &d, STR("")), &d);
}

NATIVE(formats_jsonc) {
    struct diag d = {0};
    return as_json("JSONC", json_parse(js_arena(c), js_str_wtf8(c, 0), JSONC, &d, STR("")), &d);
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
    {"toml", formats_toml, "(text: string): string | [string, string]"},
    {"yaml", formats_yaml, "(text: string): string | [string, string]"},
    {"json5", formats_json5, "(text: string): string | [string, string]"},
    {"jsonc", formats_jsonc, "(text: string): string | [string, string]"},
    {"glob", formats_glob, "(pattern: string, path: string): boolean"},
    {"hash", formats_hash,
     "(kind: number, data: string | Uint8Array | ArrayBuffer, seed: number | bigint): number | bigint"},
};
JS_DOOR(bun_formats, natives)
