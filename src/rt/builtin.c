/* rt/builtin.c: makes builtin modules from the embedded faces: imports first, each at most once per realm. */
#include "rt/builtin.h"

#include <stdio.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/must.h"
#include "engine/js_realm.h"
#include "lang/lang.h"
#include "rt/faces.h"
#include "rt/source.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"

enum { MOST_ARGS = 96 };              /* of a face: on the stack, which the engine scans */
enum face_state { FACE_NEW, FACE_LOADING, FACE_READY };

/* What a thread's realm has of the builtins. */
struct builtins {
    js_val *bindings;               /* by face; held */
    js_val *doors;                  /* by door; held */
    uint8_t *states;
    js_val helpers;                 /* [meta, require]: functions that bind a face's number; held, NULL until needed */
};
static _Thread_local struct builtins here;

int rt_builtin_find(str id) {
    int low = 0, high = rt_n_faces;
    while (low < high) {
        int mid = (low + high) / 2, order = str_cmp(str_c(rt_faces[mid].id), id);
        if (order == 0) return mid;
        if (order < 0) low = mid + 1;
        else high = mid;
    }
    return -1;
}

static js_val door_at(int n) {
    if (here.doors[n]) return here.doors[n];
    const struct js_door *door = js_door_find(str_c(rt_doors[n].id));
    if (!door) return js_throw(JS_ERROR, NULL, "the door %s is not in this program", rt_doors[n].id);
    js_val object = js_door_open(door);
    return object ? here.doors[n] = js_hold(object) : NULL;
}

/* "./y.ts" of a face's folder, as a path. */
static int find_relative(struct arena *a, const struct rt_face *from, str spec) {
    str path = str_c(from->path);
    str folder = str_upto(path, (size_t)str_rfind_char(path, '/'));
    for (;;) {
        if (str_starts(spec, STR("./"))) spec = str_from(spec, 2);
        else if (str_starts(spec, STR("../"))) {
            spec = str_from(spec, 3);
            folder = str_upto(folder, (size_t)str_rfind_char(folder, '/'));
        } else if (str_is(spec, "..") || str_is(spec, ".")) {
            if (spec.len == 2) folder = str_upto(folder, (size_t)str_rfind_char(folder, '/'));
            spec = STR("index");
        } else break;
    }
    static const char *const endings[] = {"", ".js", ".cjs", "/index.js", ".ts", NULL};
    for (int e = 0; endings[e]; e++) {
        str want = arena_print(a, "%.*s/%.*s%s", STR_FMT(folder), STR_FMT(spec), endings[e]);
        if (str_starts(want, STR("vendor/npm/"))) {              /* packages require a lot: by their sorted ids */
            int n = rt_builtin_find(arena_print(a, "npm:%.*s", STR_FMT(str_from(want, 11))));
            if (n >= 0) return n;
            continue;
        }
        for (int i = 0; i < rt_n_faces; i++) if (str_is(want, rt_faces[i].path)) return i;
    }
    return -1;
}

/* A specifier as a face's code says it at run time. */
static int find_from(struct arena *a, int from, str spec) {
    const struct rt_face *f = &rt_faces[from];
    if (spec.len && spec.at[0] == '.') return find_relative(a, f, spec);
    int n = rt_builtin_find(spec);
    if (n >= 0 || f->kind != RT_FACE_CJS) return n;
    if (str_ends(spec, STR("/"))) spec = str_upto(spec, spec.len - 1);        /* 'process/' of vendored packages */
    n = rt_builtin_find(arena_print(a, "node:%.*s", STR_FMT(spec)));
    return n >= 0 ? n : rt_builtin_find(arena_print(a, "npm:%.*s", STR_FMT(spec)));
}

/* load(specifier, face's number, is it `require`) */
NATIVE(builtin_load) {
    str spec = js_str(c, 0);
    int from = js_int(c, 1);
    bool is_require = js_bool(c, 2);
    if (str_starts(spec, STR("native:"))) {
        str path = str_c(rt_faces[from].path);
        str folder = str_upto(path, (size_t)str_rfind_char(path, '/'));
        for (int i = 0; i < rt_n_doors; i++) if (str_is(folder, rt_doors[i].folder)) return door_at(i);
    }
    int n = find_from(js_arena(c), from, spec);
    if (n < 0) return js_throw(JS_ERROR, "ERR_UNKNOWN_BUILTIN_MODULE", "No such built-in module: %.*s", STR_FMT(spec));
    js_val m = rt_builtin_at(n);
    return m && is_require ? js_get(m, "default") : m;
}

static js_val helper(uint32_t which, int face) {
    if (!here.helpers) {
        js_val make = js_eval_immortal(
            STR("(load => [from => ({ builtin: s => load(s, from) }), from => s => load(s, from, true)])"),
            STR("rt:builtin"));
        js_val load = js_make_function("builtin", builtin_load);
        js_val list = make ? js_invoke(make, NULL, 1, &load) : NULL;
        if (!list) return NULL;
        here.helpers = js_hold(list);
    }
    js_val number = js_make_num(face);
    js_val fn = js_get_at(here.helpers, which);
    return fn ? js_invoke(fn, NULL, 1, &number) : NULL;
}

static js_val evaluate(int face) {
    const struct rt_face *f = &rt_faces[face];
    js_val fn = js_eval_immortal(str_of(f->text, f->len), str_c(f->id));
    if (fn) rt_source_of_face(fn, face);
    return fn;
}

/* --- while developing: BAO_MOD=src/mod reads the faces from there, lowered as the build would --------------------- */

static bool from_disk(const struct rt_face *f, struct lang_unit *u) {
    struct arena a = {0};
    str mod, path = str_c(f->path);
    struct buf source = {0};
    struct diag d = {0};
    struct lang_options o = {.dialect = LANG_TS, .goal = LANG_ESM};
    if (f->kind == RT_FACE_CJS || !env_get("BAO_MOD", &mod) || !mod.len) return false;
    path = str_starts(path, STR("src/mod/")) ? path_join(&a, mod, str_from(path, 8))
                                             : path_join3(&a, mod, STR(".."), str_from(path, 4));
    bool fine = file_read_all(path, &source) == 0 && lang_lower(u, path, buf_view(&source), &o, &d);
    if (d.first) {
        struct buf text = {0};
        diag_print(&d, &text, false);
        fprintf(stderr, "%.*s", (int)text.len, text.at);
        buf_free(&text);
    }
    diag_free(&d);
    buf_free(&source);
    arena_free(&a);
    if (!fine) lang_unit_done(u);
    return fine;
}

/* What embed says by text for faces that only lead on: copied before the face runs. */
static bool lead_on(const struct lang_unit *u, js_val binding, const js_val deps[]) {
    for (uint32_t i = 0; i < u->n_exports; i++) {
        const struct lang_export *e = &u->exports[i];
        if (e->kind == EXPORT_INDIRECT) js_set_of(binding, e->name, js_get_of(deps[e->request], e->imported));
        else if (e->kind == EXPORT_NAMESPACE) js_set_of(binding, e->name, deps[e->request]);
        else if (e->kind == EXPORT_STAR) {
            js_val copy = js_eval(STR("(function(m,o){for(const k in o)if(k!=='default'&&!(k in m))m[k]=o[k]})"),
                                  STR("rt:builtin"));
            js_val args[] = {binding, deps[e->request]};
            if (!copy) return false;
            js_invoke(copy, NULL, 2, args);
        }
    }
    return !js_has_thrown();
}

static bool run_from_disk(const struct rt_face *f, int n, js_val binding, struct lang_unit *u) {
    uint32_t count = 3 + u->n_requests + u->n_namespaces, at = 3 + u->n_requests;
    js_val args[MOST_ARGS];
    struct arena a = {0};
    must(count <= MOST_ARGS);
    bool fine = true;
    args[0] = binding;
    args[1] = u->has_import_meta ? helper(0, n) : js_make_undefined();
    args[2] = js_make_undefined();
    for (uint32_t i = 0; fine && i < u->n_requests; i++) {
        str spec = u->requests[i].specifier;
        int dep = find_from(&a, n, spec), door = -1;
        str path = str_c(f->path), folder = str_upto(path, (size_t)str_rfind_char(path, '/'));
        for (int k = 0; k < rt_n_doors; k++) if (str_is(folder, rt_doors[k].folder)) door = k;
        if (str_starts(spec, STR("native:")) && door >= 0) args[3 + i] = door_at(door);
        else
            args[3 + i] = dep >= 0 ? rt_builtin_at(dep)
                                   : js_throw(JS_ERROR, NULL, "%s: no builtin '%.*s'", f->path, STR_FMT(spec));
        fine = args[3 + i] != NULL;
        if (fine && u->requests[i].wants_namespace) args[at++] = args[3 + i];
    }
    js_val fn = fine && lead_on(u, binding, args + 3) ? js_eval(buf_view(&u->code), str_c(f->id)) : NULL;
    if (fn) rt_source_of_face(fn, n);
    fine = fn && js_invoke(fn, NULL, count, args);
    arena_free(&a);
    lang_unit_done(u);
    return fine;
}

static bool run_esm(const struct rt_face *f, int n, js_val binding) {
    struct lang_unit fresh;
    if (from_disk(f, &fresh)) return run_from_disk(f, n, binding, &fresh);
    js_val args[MOST_ARGS];
    must(f->n_deps + 3u <= MOST_ARGS);
    args[0] = binding;
    args[1] = f->uses_meta ? helper(0, n) : js_make_undefined();
    args[2] = js_make_undefined();
    if (!args[1]) return false;
    for (int i = 0; i < f->n_deps; i++) {
        int dep = f->deps[i];
        args[3 + i] = dep >= 0 ? rt_builtin_at(dep) : door_at(~dep);
        if (!args[3 + i]) return false;
    }
    js_val fn = evaluate(n);
    return fn && js_invoke(fn, NULL, f->n_deps + 3u, args);
}

static bool run_cjs(const struct rt_face *f, int n, js_val binding) {
    js_val module = js_make_object(), exports = js_make_object();
    js_set(module, "exports", exports);
    js_set(binding, "default", exports);                         /* what a cycle sees */
    js_val require = helper(1, n);
    js_val fn = require ? evaluate(n) : NULL;
    js_val path = js_make_str(str_c(f->path));
    js_val args[] = {exports, require, module, path, path};
    if (!fn || !js_invoke(fn, exports, 5, args)) return false;
    exports = js_get(module, "exports");
    return exports && js_set(binding, "default", exports);
}

js_val rt_builtin_at(int n) {
    if (!here.states) {
        here.states = NEW_ARRAY(uint8_t, (size_t)rt_n_faces + 1);
        here.bindings = NEW_ARRAY(js_val, (size_t)rt_n_faces + 1);
        here.doors = NEW_ARRAY(js_val, (size_t)rt_n_doors + 1);
    }
    if (here.states[n] != FACE_NEW) return here.bindings[n];     /* FACE_LOADING: a cycle through import.meta.builtin */
    const struct rt_face *f = &rt_faces[n];
    js_val binding = js_make_null_object();
    here.bindings[n] = js_hold(binding);
    here.states[n] = FACE_LOADING;
    if (f->kind == RT_FACE_CJS ? run_cjs(f, n, binding) : run_esm(f, n, binding)) {
        here.states[n] = FACE_READY;
        return binding;
    }
    here.states[n] = FACE_NEW;                                   /* the next one to ask fails by itself */
    here.bindings[n] = NULL;
    js_drop(binding);
    return NULL;
}

void rt_builtin_end(void) {
    mem_free(here.bindings);
    mem_free(here.doors);
    mem_free(here.states);
    here = (struct builtins){0};
    rt_source_end();
}

js_val rt_builtin(str id) {
    int n = rt_builtin_find(id);
    if (n < 0) return js_throw(JS_ERROR, "ERR_UNKNOWN_BUILTIN_MODULE", "No such built-in module: %.*s", STR_FMT(id));
    return rt_builtin_at(n);
}

js_val rt_builtin_get(str id, const char *name) {
    js_val m = rt_builtin(id);
    return m ? js_get(m, name) : NULL;
}
