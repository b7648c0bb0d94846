/* mod/node/os/native.c: the door of node:os. */
#include "engine/js.h"
#include "sys/constants.h"
#include "sys/os.h"

NATIVE(names) {
    struct os_names n;
    err e = os_names(js_arena(c), &n);
    if (e) return js_fail(c, e, "uv_os_uname", NO_STR, NO_STR);
    js_val all[] = {js_make_str(n.sysname), js_make_str(n.release), js_make_str(n.version), js_make_str(n.machine)};
    return js_make_array(4, all);
}
static js_val text(struct js_call *c, err e, const char *syscall, str s) {
    return e ? js_fail(c, e, syscall, NO_STR, NO_STR) : js_make_str(s);
}
NATIVE(hostname) {
    str s = {0};
    err e = os_hostname(js_arena(c), &s);
    return text(c, e, "uv_os_gethostname", s);
}
NATIVE(homedir) {
    str s = {0};
    err e = os_homedir(js_arena(c), &s);
    return text(c, e, "uv_os_homedir", s);
}
NATIVE(user) {
    struct os_user u;
    err e = os_user(js_arena(c), &u);
    if (e) return js_fail(c, e, "uv_os_get_passwd", NO_STR, NO_STR);
    js_val all[] = {js_make_num((double)u.uid), js_make_num((double)u.gid), js_make_str(u.name), js_make_str(u.home),
                    u.shell.len ? js_make_str(u.shell) : js_make_null()};
    return js_make_array(5, all);
}
NATIVE(cpus) {
    struct os_cpu *list;
    int n = 0;
    err e = os_cpus(js_arena(c), &list, &n);
    if (e) return js_fail(c, e, "uv_cpu_info", NO_STR, NO_STR);
    js_val all = js_make_array(0, NULL);
    for (int i = 0; i < n; i++) {
        js_val one[] = {js_make_str(list[i].model), js_make_num(list[i].speed), js_make_num(list[i].user),
                        js_make_num(list[i].nice),  js_make_num(list[i].sys),   js_make_num(list[i].idle),
                        js_make_num(list[i].irq)};
        js_set_at(all, (uint32_t)i, js_make_array(7, one));
    }
    return all;
}
NATIVE(interfaces) {
    struct os_interface *list;
    int n = 0;
    err e = os_interfaces(js_arena(c), &list, &n);
    if (e) return js_fail(c, e, "uv_interface_addresses", NO_STR, NO_STR);
    js_val all = js_make_array(0, NULL);
    for (int i = 0; i < n; i++) {
        js_val one[] = {js_make_str(list[i].name),         js_make_str(list[i].address),
                        js_make_str(list[i].netmask),      js_make_str(list[i].family),
                        js_make_str(list[i].mac),          js_make_bool(list[i].is_internal),
                        js_make_num((double)list[i].scope)};
        js_set_at(all, (uint32_t)i, js_make_array(7, one));
    }
    return all;
}
/* [total, free, uptime, load 1, 5, 15, parallelism] */
NATIVE(numbers) {
    double load[3];
    os_load(load);
    js_val all[] = {js_make_num(os_total_memory()), js_make_num(os_free_memory()), js_make_num(os_uptime()),
                    js_make_num(load[0]),           js_make_num(load[1]),          js_make_num(load[2]),
                    js_make_num(os_parallelism())};
    return js_make_array(7, all);
}
NATIVE(priority) {
    int p = 0;
    err e = os_priority(js_int(c, 0), &p);
    return e ? js_fail(c, e, "uv_os_getpriority", NO_STR, NO_STR) : js_make_num(p);
}
NATIVE(set_priority) {
    return js_fail(c, os_set_priority(js_int(c, 0), js_int(c, 1)), "uv_os_setpriority", NO_STR, NO_STR);
}

static js_val table(const struct constant *list, size_t n) {
    js_val o = js_make_null_object();
    for (size_t i = 0; i < n; i++) js_set(o, list[i].name, js_make_num((double)list[i].value));
    return o;
}
NATIVE(constants) {
    js_val all[] = {table(constants_dlopen, constants_n_dlopen), table(constants_errno, constants_n_errno),
                    table(constants_signals, constants_n_signals), table(constants_priority, constants_n_priority)};
    return js_make_array(4, all);
}

static const struct js_native natives[] = {
    {"names",       names,        "(): string[]"},
    {"hostname",    hostname,     "(): string"},
    {"homedir",     homedir,      "(): string"},
    {"user",        user,         "(): any[]"},
    {"cpus",        cpus,         "(): any[][]"},
    {"interfaces",  interfaces,   "(): any[][]"},
    {"numbers",     numbers,      "(): number[]"},
    {"priority",    priority,     "(pid: number): number"},
    {"setPriority", set_priority, "(pid: number, priority: number): void"},
    {"constants",   constants,    "(): any[]"},
};
JS_DOOR(node_os, natives)
