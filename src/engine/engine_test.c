/* engine/engine_test.c: the room against the real engine. One realm serves all tests of the file. */
#include "base/test.h"
#include "base/must.h"
#include "engine/internal.h"

/* What the engine and GLib keep to themselves until the process ends; and the walk through the thread-local memory of
 * the engine's marker threads faults, so the realm is named by a global as well. */
__attribute__((visibility("default"))) const char *__lsan_default_options(void);
const char *__lsan_default_options(void) { return "use_tls=0:print_suppressions=0"; }
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
/* The engine keeps what it makes once; so does the dynamic linker of what a library that was not found left behind.
 * OpenSSL keeps the last error of each thread in that thread's memory, and the pool's threads run to the end. */
const char *__lsan_default_suppressions(void) {
    return "leak:libjavascriptcoregtk\nleak:libglib\nleak:libgobject\nleak:ld-linux\nleak:CRYPTO_zalloc\n";
}

static int n_uncaught, n_rejected;
static js_val tick_fn;
static struct js_realm *volatile known;

static void run_ticks(void *user) { js_invoke(tick_fn, NULL, 0, NULL); }
static void rejected(void *user, js_val promise, js_val reason) { n_rejected++; }
static void uncaught(void *user, js_val error) { n_uncaught++; }
static const struct js_hooks hooks = {.run_ticks = run_ticks, .rejected = rejected, .uncaught = uncaught};

static struct js_realm *realm(void) {
    const char *why = "";
    if (!js_engine_load(&why)) test_fail(__FILE__, __LINE__, "%s", why);
    return known = js_here ? js_here : js_realm_new(&hooks, NULL, NULL);
}

static str text_of(const char *script) {
    static struct arena a;
    arena_reset(&a);
    js_val v = js_eval(str_c(script), STR("/test.js"));
    if (!v) v = js_take_thrown();
    return js_to_str(&a, v);
}

TEST(engine_finds_its_shortcuts_on_this_machine) {
    realm();
    CHECK(jsc.boxed_numbers);
    CHECK(jsc.open_strings);
    CHECK(jsc.impl_create != NULL);
    CHECK(jsc_views_are_open());
}

TEST(engine_evaluates_and_reports) {
    realm();
    CHECK_STR(text_of("6 * 7"), STR("42"));
    CHECK_STR(text_of("throw new TypeError('no')"), STR("TypeError: no"));
    CHECK_STR(text_of("typeof $C"), STR("object"));
    CHECK(!js_has_thrown());
}

static void round_trip(str utf8) {
    struct arena a = {0};
    js_val v = js_make_str(utf8);
    CHECK_STR(js_to_str(&a, v), utf8);
    js_set(js_global(), "probe", v);
    CHECK_STR(text_of("probe + ''"), utf8);
    arena_free(&a);
}

TEST(engine_strings_survive_both_ways) {
    realm();
    round_trip(STR(""));
    round_trip(STR("a"));
    round_trip(STR("nul\0inside"));
    round_trip(STR("grüße, 世界, 🌍 und mehr als sechzehn Zeichen"));
    char long_text[5000];
    memset(long_text, 'x', sizeof long_text);
    round_trip(str_of(long_text, sizeof long_text));
    memcpy(long_text + 4000, "é", 2);
    round_trip(str_of(long_text, sizeof long_text));
}

TEST(engine_ill_formed_text_becomes_replacement_characters) {
    realm();
    struct arena a = {0};
    CHECK_STR(js_to_str(&a, js_make_str(STR("a\xff\xe4\xb8z\xed\xa0\x80"))),
              STR("a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
    js_val lone = js_eval(STR("'x\\ud800y'"), STR("t"));
    CHECK_STR(js_to_str(&a, lone), STR("x\xef\xbf\xbdy"));
    arena_free(&a);
}

TEST(engine_bytes_are_seen_without_a_copy) {
    realm();
    js_val v = js_eval(STR("globalThis.u = new Uint8Array([1,2,3,4,5,6,7,8]).subarray(2, 6)"), STR("t"));
    struct js_bytes b = js_to_bytes(v);
    CHECK_INT(b.len, 4);
    CHECK_INT(b.at[0], 3);
    b.at[0] = 99;
    CHECK_STR(text_of("u[0]"), STR("99"));
    b = js_to_bytes(js_eval(STR("new DataView(u.buffer, 3, 2)"), STR("t")));
    CHECK_INT(b.len, 2);
    CHECK_INT(b.at[0], 4);
    CHECK_INT(js_to_bytes(js_eval(STR("new SharedArrayBuffer(5)"), STR("t"))).len, 5);
    CHECK_INT(js_to_bytes(js_eval(STR("new Float64Array(2)"), STR("t"))).len, 16);
    CHECK(js_to_bytes(js_eval(STR("({})"), STR("t"))).at == NULL);
    CHECK(js_to_bytes(js_eval(STR("'text'"), STR("t"))).at == NULL);
    js_eval(STR("globalThis.r = new ArrayBuffer(4, {maxByteLength: 16}); globalThis.f = new Uint8Array(r);"
                " globalThis.d = new Uint8Array(8)"), STR("t"));
    CHECK_INT(js_to_bytes(js_eval(STR("f"), STR("t"))).len, 4);
    CHECK_INT(js_to_bytes(js_eval(STR("r.resize(9); f"), STR("t"))).len, 9);
    CHECK_INT(js_to_bytes(js_eval(STR("d"), STR("t"))).len, 8);
    CHECK(js_to_bytes(js_eval(STR("d.buffer.transfer(); d"), STR("t"))).at == NULL);       /* looking did not pin it */
    js_set(js_global(), "w", js_make_bytes_copy("hello", 5));
    CHECK_STR(text_of("w instanceof Uint8Array && w.length + String.fromCharCode(...w)"), STR("5hello"));
    js_set(js_global(), "w", js_make_buffer_copy("", 0));
    CHECK_STR(text_of("w.byteLength"), STR("0"));
}

NATIVE(test_sum) {
    return js_make_num(js_num(c, 0) + js_int(c, 1) + (double)js_long(c, 2) + (js_bool(c, 3) ? 1000 : 0));
}
NATIVE(test_join) { return js_make_str(arena_join(js_arena(c), js_str(c, 0), js_str(c, 1))); }
NATIVE(test_fails) { return js_fail(c, js_int(c, 0), "open", js_str(c, 1), NO_STR); }
NATIVE(test_wrong) { return js_throw(JS_RANGE_ERROR, "ERR_OUT_OF_RANGE", "The value of \"%s\" is out of range.", "x"); }
NATIVE(test_calls) { return js_invoke(js_arg(c, 0), NULL, 0, NULL); }
static const struct js_native natives[] = {
    {"sum", test_sum,
     ""}, {"join", test_join, ""}, {"fails", test_fails, ""}, {"wrong", test_wrong, ""}, {"calls", test_calls, ""},
};
JS_DOOR(engine_test, natives)

static void open_door(void) {
    realm();
    js_set(js_global(), "door", js_door_open(js_door_find(STR("engine_test"))));
}

TEST(engine_natives_take_and_give) {
    open_door();
    CHECK_STR(text_of("door.sum(1.5, 2**32 + 2, 10n, 'yes')"), STR("1013.5"));
    CHECK_STR(text_of("door.sum(1)"), STR("1"));
    CHECK_STR(text_of("door.join('grü', 'ße')"), STR("grüße"));
    CHECK_STR(text_of("door.join({toString() { return door.join('a', 'b') }}, undefined)"), STR("ab"));
    CHECK_STR(text_of("door.join({toString() { throw new Error('from below') }}, 'x')"), STR("Error: from below"));
    CHECK_STR(text_of("door.calls(() => { throw 7 })"), STR("7"));
    CHECK_STR(text_of("door.calls(() => door.join('deep', 'er'))"), STR("deeper"));
    CHECK_INT(arena_used(&js_here->arena), 0);
}

TEST(engine_failures_are_those_of_node) {
    open_door();
    CHECK_STR(
        text_of("try { door.fails(-2, '/nowhere') } catch (e) { JSON.stringify([e.message.replace(/: .*,/, ''), e]) }"),
        STR("[\"ENOENT open '/nowhere'\",{\"errno\":-2,\"code\":\"ENOENT\",\"syscall\":\"open\",\"path\":\"/nowhere\"}]"));
    CHECK_STR(text_of("try { door.wrong() } catch (e) { e.constructor.name + e.code + e.message }"),
              STR("RangeErrorERR_OUT_OF_RANGEThe value of \"x\" is out of range."));
}

TEST(engine_ticks_come_before_jobs) {
    realm();
    js_val f = js_eval(STR("globalThis.seen = []; globalThis.ticks = [];"
                           "(flags) => { globalThis.flags = flags;"
                           " globalThis.tick = f => { ticks.push(f); flags[0] = 1 };"
                           " Promise.resolve().then(() => { seen.push('p1'); tick(() => seen.push('tick from p1'))"
                           " }).then(() => seen.push('p2'));"
                           " tick(() => { seen.push('t1'); Promise.resolve().then(() => seen.push('p from t1')) });"
                           " tick(() => seen.push('t2')); seen.push('sync') }"), STR("t"));
    tick_fn = js_hold(js_eval(STR("(() => { while (ticks.length) ticks.shift()(); flags[0] = 0 })"), STR("t")));
    js_val args[] = {js_flags_array()};
    js_callback(f, NULL, 1, args);
    CHECK_STR(text_of("seen.join()"), STR("sync,t1,t2,p1,p from t1,p2,tick from p1"));
    js_drop(tick_fn);
}

static void order_inside(void *user) {
    js_val args[] = {js_flags_array()};
    *(bool *)user = js_here->inside;
    js_val f = js_eval(STR("(flags) => { globalThis.seen = [];"
                           " (async () => { seen.push(1); await 0; seen.push(3); tick(() => seen.push('t')) })();"
                           " seen.push(2); Promise.reject(new Error('x')) }"), STR("t"));
    js_callback(f, NULL, 1, args);
}

TEST(engine_drains_below_a_frame_of_js) {
    realm();
    bool inside = false;
    n_rejected = 0;
    js_eval(STR("globalThis.ticks = []; globalThis.tick = f => { ticks.push(f); flags[0] = 1 }"), STR("t"));
    js_set(js_global(), "flags", js_flags_array());
    tick_fn = js_hold(js_eval(STR("(() => { while (ticks.length) ticks.shift()(); flags[0] = 0 })"), STR("t")));
    js_realm_inside(order_inside, &inside);
    CHECK(inside);
    CHECK_STR(text_of("seen.join()"), STR("1,2,3,t"));
    CHECK_INT(n_rejected, 1);
    js_drop(tick_fn);
}

TEST(engine_what_a_callback_throws_is_told) {
    realm();
    n_uncaught = 0;
    js_callback(js_eval(STR("(() => { throw 1 })"), STR("t")), NULL, 0, NULL);
    CHECK_INT(n_uncaught, 1);
}

TEST(engine_tells_handled_promises) {
    realm();
    CHECK(!js_promise_is_handled(js_eval(STR("new Promise(() => {})"), STR("t"))));
    CHECK(js_promise_is_handled(js_eval(STR("globalThis.p = Promise.reject(1); p.catch(() => {}); p"), STR("t"))));
    CHECK(!js_promise_is_handled(js_eval(STR("({})"), STR("t"))));
}

static const struct js_handle_type one = {"one", NULL}, other = {"other", NULL};

TEST(engine_handle_numbers_are_never_reused) {
    realm();
    int things[200];
    double first = js_handle_number(&one, &things[0]);
    CHECK(js_handle_find(first, &one) == &things[0]);
    CHECK(js_handle_find(first, &other) == NULL);
    CHECK(js_handle_take(first, &one) == &things[0]);
    CHECK(js_handle_find(first, &one) == NULL);
    CHECK(js_handle_take(first, &one) == NULL);
    double numbers[200];
    for (int i = 0; i < 200; i++) {
        numbers[i] = js_handle_number(&one, &things[i]);
        CHECK(numbers[i] != first);
    }
    for (int i = 0; i < 200; i++) CHECK(js_handle_take(numbers[i], &one) == &things[i]);
    CHECK_INT(js_handle_count(), 0);
    CHECK(js_handle_find(-1, &one) == NULL);
    CHECK(js_handle_find(1e300, &one) == NULL);
    CHECK(js_handle_find(0.5, &one) == NULL);
}

TEST(engine_weak_references_clear) {
    realm();
    struct js_weak *w[20];
    for (int i = 0; i < 20; i++) w[i] = js_weak_new(js_eval(STR("({})"), STR("t")));
    js_val kept = js_hold(js_eval(STR("({})"), STR("t")));
    struct js_weak *alive = js_weak_new(kept);
    js_gc();
    int n = 0;
    for (int i = 0; i < 20; i++) {
        n += js_weak_get(w[i]) == NULL;
        js_weak_free(w[i]);
    }
    CHECK(n >= 15);
    CHECK(js_weak_get(alive) == kept);
    js_weak_free(alive);
    js_drop(kept);
}

TEST(engine_another_global_shares_values) {
    realm();
    js_val g = js_realm_another();
    js_set(g, "outer", js_eval(STR("[1, 2]"), STR("t")));
    CHECK_INT(js_to_num(js_eval_in(g, STR("globalThis.mine = outer.length + 1"), STR("t"), 1)), 3);
    CHECK_STR(text_of("typeof mine"), STR("undefined"));
}

static void with_all(void) {
    engine_evaluates_and_reports();
    engine_strings_survive_both_ways();
    engine_ill_formed_text_becomes_replacement_characters();
    engine_natives_take_and_give();
    engine_failures_are_those_of_node();
    engine_ticks_come_before_jobs();
}

TEST(engine_works_without_its_shortcuts) {
    realm();
    struct jsc all = jsc;
    jsc.boxed_numbers = jsc.open_strings = false;
    with_all();
    jsc.impl_create = NULL;
    jsc.vm_drain = NULL;
    jsc.impl_borrow = NULL;
    with_all();
    bool inside = true;
    tick_fn = js_hold(js_eval(STR("(() => { while (ticks.length) ticks.shift()(); flags[0] = 0 })"), STR("t")));
    js_realm_inside(order_inside, &inside);
    js_drop(tick_fn);
    CHECK(!inside);
    CHECK_STR(text_of("seen.join()"), STR("1,2,3,t"));
    jsc = all;
}

TEST(engine_ends_without_a_trace) {
    js_realm_free(realm());
    realm();
    CHECK_STR(text_of("1 + 1"), STR("2"));
    js_realm_free(js_here);
}
