/* load/load.c: the registry of units and how one is made. */
#include "load/load.h"

#include "data/json5.h"
#include "data/toml.h"
#include "data/yaml.h"
#include "load/data_url.h"
#include "sys/file.h"
#include "sys/path.h"

struct bench;
struct loader {
    struct load_options options;
    struct resolver *resolver;
    struct arena arena;              /* units and keys */
    struct map units;                /* key -> unit */
    struct load_unit **all;
    size_t n_all, cap_all;
    struct thread_lock lock;
    struct bench *benches;           /* those that no job works at */
};

static const struct { const char *end; enum load_format format; } by_extension[] = {
    {".js", LOAD_SCRIPT}, {".ts", LOAD_SCRIPT}, {".mjs", LOAD_SCRIPT}, {".cjs", LOAD_SCRIPT}, {".tsx", LOAD_SCRIPT},
    {".jsx", LOAD_SCRIPT}, {".mts", LOAD_SCRIPT}, {".cts", LOAD_SCRIPT}, {".json", LOAD_JSON}, {".jsonc", LOAD_JSONC},
    {".toml", LOAD_TOML}, {".txt", LOAD_TEXT}, {".text", LOAD_TEXT}, {".md", LOAD_TEXT}, {".wasm", LOAD_WASM},
    {".node", LOAD_ADDON}, {".yaml", LOAD_YAML}, {".yml", LOAD_YAML}, {".json5", LOAD_JSON5},
};
static const struct { const char *type; enum load_format format; } by_type[] = {
    {"json", LOAD_JSON}, {"jsonc", LOAD_JSONC}, {"toml", LOAD_TOML}, {"text", LOAD_TEXT}, {"file", LOAD_PATH},
    {"js", LOAD_SCRIPT}, {"jsx", LOAD_SCRIPT}, {"ts", LOAD_SCRIPT}, {"tsx", LOAD_SCRIPT}, {"wasm", LOAD_WASM},
    {"yaml", LOAD_YAML}, {"json5", LOAD_JSON5},
};
#define COUNT(table) (sizeof table / sizeof *table)

bool load_knows_type(str type) {
    for (size_t i = 0; i < COUNT(by_type); i++) if (str_is(type, by_type[i].type)) return true;
    return !type.len || str_is(type, "macro");
}

enum load_format load_format_of(str path, str type, enum resolve_mode mode) {
    for (size_t i = 0; i < COUNT(by_type); i++) if (str_is(type, by_type[i].type)) return by_type[i].format;
    str ext = path_extname(path);
    if (str_is(path_basename(path), "tsconfig.json") || str_is(path_basename(path), "jsconfig.json")) return LOAD_JSONC;
    for (size_t i = 0; i < COUNT(by_extension); i++)
        if (str_is(ext, by_extension[i].end)) return by_extension[i].format;
    return ext.len && mode == RESOLVE_IMPORT ? LOAD_PATH : LOAD_SCRIPT;
}

/* --- how a script is lowered ----------------------------------------------------------------------------------- */

static enum lang_dialect dialect_of(str path) {
    str ext = path_extname(path);
    if (str_is(ext, ".ts") || str_is(ext, ".mts") || str_is(ext, ".cts")) return LANG_TS;
    if (str_is(ext, ".tsx")) return LANG_TSX;
    if (!ext.len) return LANG_TSX;
    return resolve_in_node_modules(path) && !str_is(ext, ".jsx") ? LANG_JS : LANG_JSX;
}

/* An import's `type` says it, whatever the file is called. The first import of a file decides for all. */
static enum lang_dialect dialect_of_type(str type, enum lang_dialect otherwise) {
    if (str_is(type, "ts")) return LANG_TS;
    if (str_is(type, "tsx")) return LANG_TSX;
    return str_is(type, "js") || str_is(type, "jsx") ? LANG_JSX : otherwise;
}

static enum lang_goal goal_of(str path) {
    str ext = path_extname(path);
    if (str_is(ext, ".mjs") || str_is(ext, ".mts")) return LANG_ESM;
    if (str_is(ext, ".cjs")) return LANG_CJS;
    return LANG_DETECT;
}

/* Memory that a job works in: kept for the next one, because fresh memory is what a small file costs most. */
struct bench {
    struct bench *next;
    struct lang_scratch *scratch;
    struct buf source;
};

static struct bench *bench_take(struct loader *l) {
    thread_lock(&l->lock);
    struct bench *b = l->benches;
    if (b) l->benches = b->next;
    thread_unlock(&l->lock);
    if (b) return b;
    b = NEW(struct bench);
    b->scratch = lang_scratch_new();
    return b;
}

static void bench_give(struct loader *l, struct bench *b) {
    if (b->source.cap > 1 << 20) buf_free(&b->source);
    buf_clear(&b->source);
    thread_lock(&l->lock);
    b->next = l->benches;
    l->benches = b;
    thread_unlock(&l->lock);
}

static void options_of(struct load_unit *u, enum lang_dialect dialect, struct lang_options *o) {
    struct loader *l = u->loader;
    *o = (struct lang_options){.dialect = dialect, .goal = u->goal, .jsx_dev = l->options.jsx_development};
    if (dialect == LANG_JS || !u->path.len) return;
    load_follow_tsconfig(resolve_tsconfig(l->resolver, u->path), o);
}

void load_follow_tsconfig(const struct resolve_tsconfig *t, struct lang_options *o) {
    if (!t) return;
    /* "preserve" is for who prints: here it runs */
    o->jsx = t->jsx == RESOLVE_JSX_REACT                         ? LANG_JSX_CLASSIC
             : t->jsx == RESOLVE_JSX_PRESERVE && o->keep_modules ? LANG_JSX_PRESERVE
                                                                 : LANG_JSX_AUTOMATIC;
    if (t->jsx == RESOLVE_JSX_AUTOMATIC) o->jsx_dev = false;        /* "react-jsx" asks for the short form */
    o->jsx_factory = t->jsx_factory;
    o->jsx_fragment = t->jsx_fragment;
    o->jsx_import_source = t->jsx_import_source;
    if (o->dialect == LANG_JSX) return;
    o->legacy_decorators = t->legacy_decorators;
    o->decorator_metadata = t->decorator_metadata;
    o->assign_class_fields = t->assign_class_fields;
    o->verbatim_imports = t->verbatim_imports;
}

/* Without ES module syntax a file is CommonJS, unless its package says "module" and nothing of CommonJS is used. */
static bool must_be_module(struct load_unit *u) {
    if (u->goal != LANG_DETECT || u->lang.kind != LANG_KIND_CJS || u->lang.has_cjs_syntax) return false;
    const struct resolve_package *p = u->path.len ? resolve_scope(u->loader->resolver, u->path) : NULL;
    return p && str_is(p->type, "module");
}

static void prefetch(struct load_unit *u) {
    struct resolve_result to;
    struct resolve_failure why;
    if (u->loader->options.no_prefetch) return;
    for (uint32_t i = 0; i < u->lang.n_calls; i++) {
        const struct lang_call *c = &u->lang.calls[i];
        if (c->is_import || c->in_try) continue;
        struct arena a = {0};
        if (resolve_specifier(u->loader->resolver, &a, u->path, c->specifier, RESOLVE_REQUIRE, &to, &why) &&
            to.kind == RESOLVE_FILE && load_format_of(to.path, (str){0}, RESOLVE_REQUIRE) == LOAD_SCRIPT)
            load_file(u->loader, to.path, to.suffix, (str){0}, RESOLVE_REQUIRE);
        arena_free(&a);
    }
}

static str type_of(const struct lang_request *q) {
    for (uint32_t i = 0; i < q->n_attributes; i++)
        if (str_is(q->attributes[i].key, "type")) return q->attributes[i].value;
    return (str){0};
}

static void follow(struct load_unit *u) {
    struct loader *l = u->loader;
    u->edges = ARENA_ARRAY(&u->arena, struct load_edge, u->lang.n_requests);
    for (uint32_t i = 0; i < u->lang.n_requests; i++) {
        struct load_edge *e = &u->edges[i];
        struct resolve_result to;
        str from = u->path.len ? u->path : u->key;
        if (!resolve_specifier(l->resolver, &u->arena, from, u->lang.requests[i].specifier, RESOLVE_IMPORT, &to,
                               &e->why)) {
            e->to = LOAD_TO_NOTHING;
        } else if (to.kind == RESOLVE_BUILTIN) {
            e->to = LOAD_TO_BUILTIN;
            e->builtin = to.path;
        } else {
            e->to = LOAD_TO_UNIT;
            e->unit = load_file(l, to.path, to.suffix, type_of(&u->lang.requests[i]), RESOLVE_IMPORT);
        }
    }
}

static void lower(struct load_unit *u, str source, enum lang_dialect dialect, struct bench *b) {
    struct lang_options o;
    options_of(u, dialect, &o);
    o.scratch = b->scratch;
    bool fine = lang_lower(&u->lang, u->path.len ? u->path : u->key, source, &o, &u->diag);
    if (fine && must_be_module(u)) {
        lang_unit_done(&u->lang);
        o.goal = LANG_ESM;
        fine = lang_lower(&u->lang, u->path, source, &o, &u->diag);
    }
    u->failed = !fine;
    if (!fine) return;
    if (u->lang.kind == LANG_KIND_ESM) {
        u->name = u->url;
        follow(u);
    } else prefetch(u);
}

static str without_mark(str s) { return str_starts(s, STR("\xEF\xBB\xBF")) ? str_from(s, 3) : s; }

static bool is_value(enum load_format f) {
    return f == LOAD_JSONC || f == LOAD_JSON5 || f == LOAD_TOML || f == LOAD_YAML;
}

static struct json *parse_value(struct load_unit *u, str source) {
    switch (u->format) {
    case LOAD_TOML:  return toml_parse(&u->arena, source, &u->diag, u->path);
    case LOAD_YAML:  return yaml_read(&u->arena, source, &u->diag, u->path);
    case LOAD_JSON5: return json5_parse(&u->arena, source, &u->diag, u->path);
    default:         return json_parse(&u->arena, source, JSONC, &u->diag, u->path);
    }
}

/* The formats that become JSON. */
static void make_plain_json(struct load_unit *u, str source) {
    struct json *value = parse_value(u, source);
    u->failed = !value;
    if (!value) return;
    json_write_fixes(&u->fixes, value);
    json_write(&u->text, value, (str){0});
}

static void make_file(struct pool_job *job) {
    struct load_unit *u = (struct load_unit *)job;
    if (u->format == LOAD_PATH || u->format == LOAD_ADDON) return;
    struct bench *b = bench_take(u->loader);
    u->read_error = file_read_all(u->path, &b->source);
    str source = buf_view(&b->source);
    u->failed = u->read_error != 0;
    if (!u->failed && u->format == LOAD_SCRIPT) lower(u, without_mark(source), u->dialect, b);
    else if (!u->failed && is_value(u->format)) make_plain_json(u, source);
    else if (!u->failed) u->text = buf_take(&b->source);
    bench_give(u->loader, b);
}

static void make_text(struct pool_job *job) {
    struct load_unit *u = (struct load_unit *)job;
    if (u->format != LOAD_SCRIPT) return;
    struct bench *b = bench_take(u->loader);
    lower(u, buf_view(&u->text), u->dialect, b);
    bench_give(u->loader, b);
}

const struct lang_shown *load_shown(struct load_unit *u) {
    struct buf file = {0};
    struct lang_options o;
    bool is_text = u->job.run == make_text;
    if (u->is_shown || u->failed || u->format != LOAD_SCRIPT) return u->shown;
    u->is_shown = true;
    if (!is_text && file_read_all(u->path, &file)) return NULL;
    options_of(u, u->dialect, &o);
    if (u->lang.kind == LANG_KIND_ESM) o.goal = LANG_ESM;
    str name = u->path.len ? u->path : u->key;
    u->shown = lang_shown_new(name, is_text ? buf_view(&u->text) : without_mark(buf_view(&file)), &o, &u->lang);
    buf_free(&file);
    return u->shown;
}

/* --- the registry ---------------------------------------------------------------------------------------------- */

static struct load_unit *add(struct loader *l, str key, str path, str suffix, enum load_format format) {
    struct load_unit *u = ARENA_NEW(&l->arena, struct load_unit);
    if (l->n_all == l->cap_all)
        l->all = mem_resize(l->all, (l->cap_all = l->cap_all ? l->cap_all * 2 : 64) * sizeof *l->all);
    l->all[l->n_all++] = u;
    u->loader = l;
    u->key = arena_str(&l->arena, key);
    u->path = arena_str(&l->arena, path);
    u->suffix = arena_str(&l->arena, suffix);
    u->format = format;
    str url = path.len ? resolve_path_to_url(&l->arena, path) : u->key;
    u->url = suffix.len ? arena_join(&l->arena, url, suffix) : url;
    u->name = path.len ? u->path : u->key;
    u->goal = path.len ? goal_of(path) : LANG_DETECT;
    u->dialect = dialect_of(path);
    u->job.run = make_file;
    return u;
}

static struct load_unit *add_data(struct loader *l, str url, str type) {
    struct load_unit *u = add(l, url, (str){0}, (str){0}, LOAD_SCRIPT);
    struct data_url parsed;
    u->job.run = make_text;
    u->goal = LANG_ESM;
    u->dialect = LANG_JS;
    if (!data_url_read(url, &parsed, &u->text)) {
        u->failed = true;
        u->read_error = ERR_MALFORMED;
        u->format = LOAD_TEXT;
    } else if (str_is(parsed.type, "application/json") || str_is(type, "json")) u->format = LOAD_JSON;
    else if (str_is(parsed.type, "application/wasm")) u->format = LOAD_WASM;
    else if (str_is(type, "text")) u->format = LOAD_TEXT;
    else if (!str_is(parsed.type, "text/javascript") && !str_is(parsed.type, "application/javascript")) {
        u->failed = true;
        u->format = LOAD_UNKNOWN;
    }
    return u;
}

static str key_of(struct arena *a, str path, str suffix, enum load_format format) {
    return suffix.len || format != load_format_of(path, (str){0}, RESOLVE_IMPORT)
         ? arena_print(a, "%.*s%.*s\x01%d", STR_FMT(path), STR_FMT(suffix), format) : path;
}

struct load_unit *load_find(struct loader *l, str path, str suffix, str type, enum resolve_mode mode) {
    struct arena a = {0};
    str key = key_of(&a, path, suffix, load_format_of(path, type, mode));
    thread_lock(&l->lock);
    struct load_unit *u = map_get(&l->units, key);
    thread_unlock(&l->lock);
    arena_free(&a);
    return u;
}

struct load_unit *load_file(struct loader *l, str path, str suffix, str type, enum resolve_mode mode) {
    struct arena a = {0};
    enum load_format format = load_format_of(path, type, mode);
    str key = key_of(&a, path, suffix, format);
    thread_lock(&l->lock);
    struct load_unit *u = map_get(&l->units, key);
    bool is_new = !u;
    if (is_new) {
        u = str_starts(path, STR("data:")) ? add_data(l, path, type) : add(l, key, path, suffix, format);
        if (u->path.len) u->dialect = dialect_of_type(type, u->dialect);
        map_put(&l->units, u->key, u);
    }
    thread_unlock(&l->lock);
    arena_free(&a);
    if (is_new) pool_start(&u->job);
    return u;
}

struct load_unit *load_again(struct loader *l, str path, enum resolve_mode mode) {
    thread_lock(&l->lock);
    struct load_unit *u = add(l, path, path, (str){0}, load_format_of(path, (str){0}, mode));
    thread_unlock(&l->lock);
    pool_start(&u->job);
    return u;
}

struct load_unit *load_text(struct loader *l, str name, str text, enum lang_dialect dialect, enum lang_goal goal) {
    thread_lock(&l->lock);
    struct load_unit *u = add(l, name, name, (str){0}, LOAD_SCRIPT);
    thread_unlock(&l->lock);
    u->job.run = make_text;
    u->goal = goal;
    u->dialect = dialect;
    buf_add(&u->text, text);
    pool_start(&u->job);
    return u;
}

static struct load_unit *start_in_place(struct loader *l, str url, str path, str suffix, str text,
                                        enum load_format format, struct load_unit how) {
    thread_lock(&l->lock);
    struct load_unit *u = add(l, url, path, suffix, format);
    if (path.len && suffix.len) u->name = arena_join(&l->arena, path, suffix);
    u->url = u->key;
    thread_unlock(&l->lock);
    u->job.run = how.job.run;
    u->goal = how.goal;
    u->dialect = how.dialect;
    buf_add(&u->text, text);
    pool_start(&u->job);
    return u;
}

struct load_unit *load_in_place(struct loader *l, str url, str path, str suffix, str text, enum lang_dialect dialect,
                                enum lang_goal goal) {
    struct load_unit how = {.job.run = make_text, .goal = goal, .dialect = dialect};
    return start_in_place(l, url, path, suffix, text, LOAD_SCRIPT, how);
}

static void make_nothing(struct pool_job *job) { (void)job; }

struct load_unit *load_bytes_in_place(struct loader *l, str url, str path, str suffix, str bytes,
                                      enum load_format format) {
    return start_in_place(l, url, path, suffix, bytes, format, (struct load_unit){.job.run = make_nothing});
}

void load_wait(struct load_unit *u) { pool_wait(&u->job); }

void load_forget(struct loader *l, str path) {
    thread_lock(&l->lock);
    map_remove(&l->units, path);
    thread_unlock(&l->lock);
}

struct resolver *load_resolver(struct loader *l) { return l->resolver; }

struct loader *load_new(const struct load_options *options) {
    struct loader *l = NEW(struct loader);
    l->options = *options;
    l->resolver = resolve_new(&options->resolve);
    return l;
}

void load_free(struct loader *l) {
    if (!l) return;
    for (size_t i = 0; i < l->n_all; i++) pool_wait(&l->all[i]->job);      /* the list may grow meanwhile */
    for (size_t i = 0; i < l->n_all; i++) {
        struct load_unit *u = l->all[i];
        lang_shown_free(u->shown);
        lang_unit_done(&u->lang);
        diag_free(&u->diag);
        buf_free(&u->text);
        buf_free(&u->fixes);
        arena_free(&u->arena);
    }
    for (struct bench *b; (b = l->benches); mem_free(b)) {
        l->benches = b->next;
        lang_scratch_free(b->scratch);
        buf_free(&b->source);
    }
    mem_free(l->all);
    map_free(&l->units);
    resolve_free(l->resolver);
    arena_free(&l->arena);
    mem_free(l);
}
