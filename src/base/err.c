#include "base/err.h"

#include <errno.h>

static const char *(*system_name)(err);
static const char *(*system_text)(err);

void err_set_system(const char *(*name)(err), const char *(*text)(err)) {
    system_name = name;
    system_text = text;
}

const char *err_name(err e) {
    switch (e) {
    case 0: return "OK";
#define X(name, number, text) case number: return "ERR_BAO_" #name;
    ERR_TABLE(X)
#undef X
    }
    const char *name = system_name ? system_name(e) : strerrorname_np(-e);
    return name ? name : "UNKNOWN";
}

const char *err_text(err e) {
    switch (e) {
    case 0: return "success";
#define X(name, number, text) case number: return text;
    ERR_TABLE(X)
#undef X
    }
    const char *text = system_text ? system_text(e) : strerrordesc_np(-e);
    return text ? text : "unknown error";
}
