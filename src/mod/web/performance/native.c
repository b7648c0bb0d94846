/* mod/web/performance/native.c: the clock of performance, from the start of the process. */
#include "engine/js.h"
#include "sys/loop.h"
#include "sys/program.h"

NATIVE(performance_now) { return js_make_num((double)(loop_clock_ns() - program.start_ns) / 1e6); }
NATIVE(performance_origin) { return js_make_num((double)program.start_wall_us / 1e3); }
/* [start of the loop or -1, spent waiting], in ms */
NATIVE(performance_loop) {
    uint64_t start = loop_start_ns(c->loop);
    js_val all[] = {js_make_num(start ? (double)(start - program.start_ns) / 1e6 : -1),
                    js_make_num((double)loop_idle_ns(c->loop) / 1e6)};
    return js_make_array(2, all);
}

static const struct js_native natives[] = {
    {"now",    performance_now,    "(): number"},
    {"origin", performance_origin, "(): number"},
    {"loop",   performance_loop,   "(): [number, number]"},
};
JS_DOOR(web_performance, natives)
