/* http/ws.h: websocket frames (RFC 6455), both roles, without a socket. Bytes go in, whole messages and control frames
 * come out; nothing is copied when a message came in one piece. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum ws_kind { WS_CONTINUATION, WS_TEXT, WS_BINARY, WS_CLOSE = 8, WS_PING, WS_PONG };
enum ws_code {
    WS_NORMAL = 1000,
    WS_GOING_AWAY,
    WS_PROTOCOL,
    WS_NO_STATUS = 1005,
    WS_ABNORMAL,
    WS_BAD_TEXT,
    WS_TOO_BIG = 1009
};

struct ws_reader {
    size_t max;                     /* bytes of a message; set by the owner, 0 = no limit */
    bool is_client;                 /* frames come unmasked; otherwise they must be masked */
    bool allows_deflate;            /* RSV1 on the first frame of a message */

    bool is_in_frame, is_last, in_message, is_deflated;
    uint8_t kind, message_kind;     /* of the frame; of the message being put together */
    uint8_t head[14], n_head;       /* a frame head that was cut */
    uint8_t mask[4], mask_at;
    uint64_t left;                  /* of the frame's payload */
    struct buf message;
    struct buf control;
    bool gave_message;              /* `message` was handed out and is emptied by the next call */
};

struct ws_message {
    enum ws_kind kind;
    str data;                       /* borrowed until the next call; for WS_CLOSE the reason */
    int code;                       /* WS_CLOSE: its code or WS_NO_STATUS */
    bool is_deflated;
};

/* Reads on from `in`, whose bytes are unmasked in place, and moves it. 1: `out` is the next message. 0: more must come.
 * Negative: the connection has to be closed with *code (WS_PROTOCOL, WS_BAD_TEXT, WS_TOO_BIG); *why says the reason. */
int ws_read(struct ws_reader *r, str *in, struct ws_message *out, int *code, const char **why);
void ws_reader_done(struct ws_reader *r);

/* The head of a frame; `mask` NULL for a server. Returns its length. */
enum { WS_HEAD_MAX = 14 };
size_t ws_head(char out[WS_HEAD_MAX], enum ws_kind kind, bool is_last, bool is_deflated, size_t len,
               const uint8_t *mask);
/* `from`: bytes of the payload before `at` */
void ws_mask(uint8_t *at, size_t len, const uint8_t mask[4], size_t from);
bool ws_is_utf8(str s);
bool ws_code_is_valid(int code);                         /* may travel in a close frame */

/* Sec-WebSocket-Accept of a key: 28 characters. */
enum { WS_ACCEPT_LEN = 28 };
void ws_accept(str key, char out[WS_ACCEPT_LEN]);
bool ws_key_is_valid(str key);                           /* base64 of 16 bytes */
