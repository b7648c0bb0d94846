/* rt/modules/names.c */
#include "rt/modules/names.h"

/* Those with a scheme are known by that name only. */
const char *const rt_module_names[] = {
    "_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing", "_http_server", "_stream_duplex",
    "_stream_passthrough", "_stream_readable", "_stream_transform", "_stream_writable", "_tls_common", "_tls_wrap",
    "assert", "assert/strict", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto",
    "dgram",
    "diagnostics_channel", "dns", "dns/promises", "domain", "events", "fs", "fs/promises", "http", "http2", "https",
    "inspector",
    "inspector/promises", "module", "net", "os", "path", "path/posix", "path/win32", "perf_hooks", "process",
    "punycode",
    "querystring", "readline", "readline/promises", "repl", "stream", "stream/consumers", "stream/promises",
    "stream/web",
    "string_decoder", "sys", "timers", "timers/promises", "tls", "trace_events", "tty", "url", "util", "util/types",
    "v8", "vm",
    "wasi", "worker_threads", "zlib", "node:ffi", "node:sea", "node:sqlite", "node:test", "node:test/reporters", "bun",
    "bun:ffi",
    "bun:jsc", "bun:sqlite", "bun:test", NULL,
};

/* Their ids, made by the compiler: the same list with node: where it is left out. */
#define N(name) "node:" name
static const char *const ids[] = {
    N("_http_agent"), N("_http_client"), N("_http_common"), N("_http_incoming"), N("_http_outgoing"), N("_http_server"),
    N("_stream_duplex"), N("_stream_passthrough"), N("_stream_readable"), N("_stream_transform"),
    N("_stream_writable"), N("_tls_common"), N("_tls_wrap"), N("assert"), N("assert/strict"), N("async_hooks"),
    N("buffer"),
    N("child_process"), N("cluster"), N("console"), N("constants"), N("crypto"), N("dgram"), N("diagnostics_channel"),
    N("dns"),
    N("dns/promises"), N("domain"), N("events"), N("fs"), N("fs/promises"), N("http"), N("http2"), N("https"),
    N("inspector"),
    N("inspector/promises"), N("module"), N("net"), N("os"), N("path"), N("path/posix"), N("path/win32"),
    N("perf_hooks"),
    N("process"), N("punycode"), N("querystring"), N("readline"), N("readline/promises"), N("repl"), N("stream"),
    N("stream/consumers"), N("stream/promises"), N("stream/web"), N("string_decoder"), N("sys"), N("timers"),
    N("timers/promises"),
    N("tls"), N("trace_events"), N("tty"), N("url"), N("util"), N("util/types"), N("v8"), N("vm"), N("wasi"),
    N("worker_threads"),
    N("zlib"), N("ffi"), N("sea"), N("sqlite"), N("test"), N("test/reporters"), "bun", "bun:ffi", "bun:jsc",
    "bun:sqlite", "bun:test",
};
_Static_assert(sizeof ids / sizeof *ids + 1 == sizeof rt_module_names / sizeof *rt_module_names, "both lists are one");

bool rt_module_builtin(str specifier, str *id) {
    for (size_t i = 0; rt_module_names[i]; i++)
        if (str_is(specifier, rt_module_names[i]) || str_is(specifier, ids[i])) return *id = str_c(ids[i]), true;
    return false;
}
