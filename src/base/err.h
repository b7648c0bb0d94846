/* base/err.h: how the world failed. 0 is success; negative numbers above -10000 are libuv's (and so the system's)
 * codes; Bao's own lie below -10000. Names are permanent, texts are not. */
#pragma once
#include "base/str.h"

typedef int err;

#define ERR_TABLE(X) \
    X(TRUNCATED,   -10001, "the data ends too early") \
    X(MALFORMED,   -10002, "the data is not well-formed") \
    X(TOO_LARGE,   -10003, "a limit on size was passed") \
    X(INTEGRITY,   -10004, "the data does not match its checksum") \
    X(UNSUPPORTED, -10005, "this is not supported") \
    X(NOT_FOUND,   -10006, "there is no such thing") \
    X(CLOSED,      -10007, "it was closed before this ended") \
    X(TIMEOUT,     -10008, "it took longer than allowed") \
    X(PROTOCOL,    -10009, "the peer does not keep to the protocol") \
    X(REFUSED,     -10010, "this is refused")

enum {
#define X(name, number, text) ERR_##name = number,
    ERR_TABLE(X)
#undef X
};

const char *err_name(err e);        /* "ENOENT", "ERR_BAO_TRUNCATED"; static */
const char *err_text(err e);        /* "no such file or directory"; static, lower case, as libuv words it */

/* Rooms that own a range of codes (sys: libuv's) say how to name and word them. Called once at start. */
void err_set_system(const char *(*name)(err), const char *(*text)(err));

/* Leaves with the error of `call`, while nothing is owned yet. */
#define TRY(call) do { err try_e_ = (call); if (try_e_) return try_e_; } while (0)
