/* mod/node/vm/native.c: the door of node:vm: global objects beside the realm's own, and texts evaluated in one of
 * them. */
#include "engine/js.h"
#include "engine/js_realm.h"
#include "lang/lang.h"

/* another() => the globalThis of a new global object; names(global, sandbox or null): whose names come first there. */
NATIVE(vm_another) { return js_realm_another(); }
NATIVE(vm_names) {
    js_realm_names(js_arg(c, 0), js_is_object(js_arg(c, 1)) ? js_arg(c, 1) : NULL, js_arg(c, 2));
    return NULL;
}

/* lower(text) => [what is evaluated, names that it declares by var and function ...]; undefined: it does not parse. */
NATIVE(vm_lower) {
    struct lang_unit unit = {0};
    struct diag why = {0};
    struct lang_options o = {.dialect = LANG_JS, .goal = LANG_SCRIPT};
    js_val parts = NULL;
    if (lang_lower(&unit, STR("vm"), js_str_wtf8(c, 0), &o, &why)) {
        parts = js_make_array(0, NULL);
        js_set_at(parts, 0, js_make_str_wtf8(buf_view(&unit.code)));
        for (uint32_t i = 0; i < unit.n_script_names; i++) js_set_at(parts, i + 1, js_make_str(unit.script_names[i]));
    }
    lang_unit_done(&unit);
    diag_free(&why);
    return parts;
}

/* evaluate(global or null, text, url, line) => its value. */
NATIVE(vm_evaluate) {
    return js_eval_in(js_is_object(js_arg(c, 0)) ? js_arg(c, 0) : NULL, js_str_wtf8(c, 1), js_str(c, 2), js_int(c, 3));
}

static const struct js_native natives[] = {
    {"another", vm_another, "(): any"},
    {"names", vm_names, "(global: object, names: object | null, declared: object): void"},
    {"lower", vm_lower, "(text: string): string[] | undefined"},
    {"evaluate", vm_evaluate, "(global: object | null, text: string, url: string, line: number): any"},
};
JS_DOOR(node_vm, natives)
