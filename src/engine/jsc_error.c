/* engine/jsc_error.c: exceptions that natives throw, and the small helpers that are better said in JS. */
#include <stdarg.h>

#include "base/must.h"
#include "engine/internal.h"

static const char *const helper_texts[] = {
    [JS_HELP_ERROR] =
        "((kind,code,message)=>{"
        "const e=new ([Error,TypeError,RangeError,SyntaxError,ReferenceError][kind])(message);"
        "if(code!==undefined){e.code=code;"
        "if(code.startsWith('ERR_')){e.name+=' ['+code+']';$C.stack(e);delete e.name;"
        "if(e.stack===undefined)Object.defineProperty(e,'stack',{value:e.name+' ['+code+']: '+message,writable:true,configurable:true})}}"
        "return e})",
    [JS_HELP_SYSTEM_ERROR] =
        "((bare,errno,code,text,syscall,path,dest)=>{"
        "let m=code+': '+text+', '+syscall;"
        "if(path!==undefined)m+=\" '\"+path+\"'\";"
        "if(dest!==undefined)m+=\" -> '\"+dest+\"'\";"
        "const limit=Error.stackTraceLimit;let e;"
        "if(bare&&typeof limit==='number'){Error.stackTraceLimit=0;try{e=new Error(m)}finally{Error.stackTraceLimit=limit}}"
        "else e=new Error(m);"
        "if(bare)Object.defineProperty(e,'stack',{value:'Error: '+m,writable:true,configurable:true});"
        "e.errno=errno;e.code=code;e.syscall=syscall;"
        "if(path!==undefined)e.path=path;if(dest!==undefined)e.dest=dest;"
        "return e})",
    [JS_HELP_VIEW] =
        "(v=>v instanceof DataView?new Uint8Array(v.buffer,v.byteOffset,v.byteLength):"
        "ArrayBuffer.isView(v)||v instanceof SharedArrayBuffer?new Uint8Array(v.buffer||v,v.byteOffset||0,v.byteLength):undefined)",
    [JS_HELP_NULL_OBJECT] = "(()=>({__proto__:null}))",
    [JS_HELP_IS_ERROR] = "(v=>v instanceof Error||Error.isError(v))",
    [JS_HELP_BOOT] = "const $C={__proto__:null,x:undefined,n:undefined,y:undefined,k:Symbol(),"
                     "live(m,o){for(const k of Reflect.ownKeys(o))Object.defineProperty(m,k,"
                     "{get:Object.getOwnPropertyDescriptor(o,k).get,enumerable:true,configurable:true})},"
                     "name(f,t){return Object.defineProperty(f,'name',{value:t,configurable:true})},"
                     "stack(o){const s=o.stack;"
                     "return typeof s==='string'||s===undefined&&Error.isError(o)?$C.format(o,s):s},"
                     "stackq(o){return o==null?undefined:$C.stack(o)},"
                     "w(v){return v},r(v){return v},i(v){return v},e(v){return v},"
                     "fix(o){if(Error.isError(o))$C.stack(o);return o},"
                     "format(o,s){return s}};"
                     "Object.defineProperty(Error.prototype,$C.k,{get(){$C.fix(this)}});"
                     "const $C_=$C,$import=(s,o)=>$C.import(s,o);"
                     "({context:$C,probe(flags){Promise.resolve().then(()=>{flags[31]=1})}})",
    [JS_HELP_VIEWS] =
        "(()=>{const big=new Uint8Array(5000);big[0]=6;return [new Uint8Array([5,5,5]),big,new Uint8Array([1,7,7]).subarray(1),"
        "new Uint8Array(new ArrayBuffer(4,{maxByteLength:9})),new Int8Array([5])]})",
    [JS_HELP_PROMISES] =
        "(()=>{const q=new Promise(()=>{});q.then(()=>{});return [new Promise(()=>{}),q,Promise.resolve(1)]})",
};

js_obj js_helper(enum js_helper which) {
    js_obj *helper = &js_here->helpers[which];
    if (!*helper) {
        js_here->is_helping = true;                      /* a realm that is told to stop stops after it */
        *helper = OBJ(js_hold(js_eval_immortal(str_c(helper_texts[which]), STR("bao:engine"))));
        js_here->is_helping = false;
        must(*helper);
    }
    return *helper;
}

void js_pend(js_val exception) {
    struct js_realm *r = js_here;
    js_hold(exception);
    js_drop(r->thrown);
    r->thrown = exception;
}

bool js_has_thrown(void) { return js_here->thrown != NULL; }

js_val js_take_thrown(void) {
    js_val e = js_here->thrown;
    js_here->thrown = NULL;
    js_drop(e);                     /* the caller's stack keeps it now */
    return e;
}

bool js_is_error(js_val v) {
    if (!js_is_object(v)) return false;
    js_val yes = js_invoke(js_helper(JS_HELP_IS_ERROR), NULL, 1, &v);
    if (!yes) js_take_thrown();
    return js_truthy(yes);
}

js_val js_throw_value(js_val v) {
    js_pend(v ? v : js_here->undefined);
    return NULL;
}

js_val js_make_error(enum js_error_kind kind, const char *code, str message) {
    js_enter();
    js_val args[] = {js_make_num(kind), code ? js_make_str(str_c(code)) : js_here->undefined, js_make_str(message)};
    js_val made = js_invoke(js_helper(JS_HELP_ERROR), NULL, 3, args);
    js_leave();
    return made;
}

js_val js_throw(enum js_error_kind kind, const char *code, const char *format, ...) {
    struct arena a = {0};
    va_list list;
    va_start(list, format);
    js_val made = js_make_error(kind, code, arena_vprint(&a, format, list));
    va_end(list);
    arena_free(&a);
    return made ? js_throw_value(made) : NULL;
}

static js_val system_error(bool bare, err e, const char *syscall, str path, str dest) {
    js_enter();
    js_val args[] = {
        js_make_bool(bare), js_make_num(e), js_make_str(str_c(err_name(e))), js_make_str(str_c(err_text(e))),
        js_make_str(str_c(syscall ? syscall : "")), path.at ? js_make_str(path) : js_here->undefined,
        dest.at ? js_make_str(dest) : js_here->undefined,
    };
    js_val made = js_invoke(js_helper(JS_HELP_SYSTEM_ERROR), NULL, sizeof args / sizeof *args, args);
    js_leave();
    return made;
}

/* Of the loop: nothing of the user's is on the stack, so the error shows none, as in Node. */
js_val js_make_system_error(err e, const char *syscall, str path, str dest) {
    return system_error(true, e, syscall, path, dest);
}

js_val js_fail(struct js_call *c, err e, const char *syscall, str path, str dest) {
    if (!e) return NULL;
    js_val made = system_error(false, e, syscall, path, dest);
    return made ? js_throw_value(made) : NULL;
}
