#include "http/ws.h"

#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void ws_mask(uint8_t *at, size_t len, const uint8_t mask[4], size_t from) {
    uint8_t turned[4];
    for (int i = 0; i < 4; i++) turned[i] = mask[(from + (size_t)i) & 3];
    uint32_t word;
    memcpy(&word, turned, 4);
    size_t i = 0;
#ifdef __SSE2__
    const __m128i wide = _mm_set1_epi32((int)word);
    for (; i + 16 <= len; i += 16) {
        __m128i *p = (__m128i *)(void *)(at + i);
        _mm_storeu_si128(p, _mm_xor_si128(_mm_loadu_si128(p), wide));
    }
#else
    for (; i + 4 <= len; i += 4) {
        uint32_t x;
        memcpy(&x, at + i, 4);
        x ^= word;
        memcpy(at + i, &x, 4);
    }
#endif
    for (; i < len; i++) at[i] ^= turned[i & 3];
}

bool ws_is_utf8(str s) { return utf8_is_valid(s); }

bool ws_code_is_valid(int code) {
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static int refuse(int *code, int with, const char **why, const char *text) {
    *code = with;
    *why = text;
    return ERR_PROTOCOL;
}

/* The frame's head is whole: what it may be, given what came before. */
static int begin_frame(struct ws_reader *r, const uint8_t *h, size_t n, int *code, const char **why) {
    uint8_t kind = h[0] & 15;
    bool is_last = h[0] >> 7, rsv1 = h[0] >> 6 & 1, is_masked = h[1] >> 7;
    uint64_t len = h[1] & 127;
    if (len == 126) len = (uint64_t)h[2] << 8 | h[3];
    else if (len == 127) {
        len = 0;
        for (int i = 2; i < 10; i++) len = len << 8 | h[i];
        if (len >> 63) return refuse(code, WS_PROTOCOL, why, "Received a frame whose length has its top bit set");
    }
    if (h[0] & 0x30) return refuse(code, WS_PROTOCOL, why, "Received a frame with reserved bits");
    if (is_masked == r->is_client)
        return refuse(code, WS_PROTOCOL, why, is_masked ? "Received a masked frame" : "Received an unmasked frame");
    if (kind >= WS_CLOSE) {
        if (kind > WS_PONG) return refuse(code, WS_PROTOCOL, why, "Received a frame of an unknown kind");
        if (!is_last || len > 125 || rsv1) return refuse(code, WS_PROTOCOL, why, "Received a bad control frame");
        if (kind == WS_CLOSE && len == 1) return refuse(code, WS_PROTOCOL, why, "Received a bad close frame");
        r->control.len = 0;
    } else {
        if (kind > WS_BINARY) return refuse(code, WS_PROTOCOL, why, "Received a frame of an unknown kind");
        if ((kind == WS_CONTINUATION) != r->in_message)
            return refuse(code, WS_PROTOCOL, why, "Received a fragment out of turn");
        if (rsv1 && (!r->allows_deflate || kind == WS_CONTINUATION))
            return refuse(code, WS_PROTOCOL, why, "Received a compressed frame that was not agreed on");
        if (kind != WS_CONTINUATION) {
            r->message_kind = kind;
            r->is_deflated = rsv1;
            r->message.len = 0;
        }
        if (r->max && (len > r->max || r->message.len + len > r->max))
            return refuse(code, WS_TOO_BIG, why, "Received too big message");
        r->in_message = !is_last;
    }
    if (is_masked) memcpy(r->mask, h + n - 4, 4);
    r->mask_at = 0;
    r->kind = kind;
    r->is_last = is_last;
    r->left = len;
    r->is_in_frame = true;
    return 0;
}

static size_t head_len(const uint8_t *h) {
    size_t len = h[1] & 127;
    return 2 + (len == 126 ? 2 : len == 127 ? 8 : 0) + (h[1] >> 7 ? 4 : 0);
}

/* A whole message or control frame: its text is checked and it is handed out. */
static int finish_frame(struct ws_reader *r, str data, struct ws_message *out, int *code, const char **why) {
    *out = (struct ws_message){.kind = (enum ws_kind)r->kind, .data = data};
    if (r->kind < WS_CLOSE) {
        out->kind = (enum ws_kind)r->message_kind;
        out->is_deflated = r->is_deflated;
        if (out->kind == WS_TEXT && !r->is_deflated && !ws_is_utf8(data))
            return refuse(code, WS_BAD_TEXT, why, "Received invalid UTF-8");
        return 1;
    }
    if (r->kind == WS_CLOSE) {
        out->code = WS_NO_STATUS;
        if (data.len >= 2) {
            out->code = (uint8_t)data.at[0] << 8 | (uint8_t)data.at[1];
            out->data = str_from(data, 2);
            if (!ws_code_is_valid(out->code)) return refuse(code, WS_PROTOCOL, why, "Received an invalid close code");
            if (!ws_is_utf8(out->data)) return refuse(code, WS_BAD_TEXT, why, "Received invalid UTF-8");
        }
    }
    return 1;
}

int ws_read(struct ws_reader *r, str *in, struct ws_message *out, int *code, const char **why) {
    if (r->gave_message) {
        r->gave_message = false;
        if (r->message.cap > 64 * 1024) buf_free(&r->message);
        r->message.len = 0;
    }
    for (;;) {
        if (!r->is_in_frame) {
            const uint8_t *head = (const uint8_t *)in->at;
            size_t have = in->len, want = have >= 2 && r->n_head == 0 ? head_len(head) : 2;
            if (r->n_head || have < want) {              /* the head is cut: it is put together aside */
                while (in->len && (r->n_head < 2 || r->n_head < head_len(r->head))) {
                    r->head[r->n_head++] = (uint8_t)in->at[0];
                    *in = str_from(*in, 1);
                }
                if (r->n_head < 2 || r->n_head < head_len(r->head)) return 0;
                want = r->n_head;
                r->n_head = 0;
                head = r->head;
            } else *in = str_from(*in, want);
            int e = begin_frame(r, head, want, code, why);
            if (e) return e;
        }
        bool is_control = r->kind >= WS_CLOSE;
        struct buf *into = is_control ? &r->control : &r->message;
        size_t take = in->len < r->left ? in->len : (size_t)r->left;
        uint8_t *at = (uint8_t *)(uintptr_t)in->at;
        if (!r->is_client && take) ws_mask(at, take, r->mask, r->mask_at);
        r->mask_at = (uint8_t)((r->mask_at + take) & 3);
        r->left -= take;
        *in = str_from(*in, take);
        bool is_whole = r->left == 0 && r->is_last;
        if (is_whole && into->len == 0) {                /* all of it lies before us */
            r->is_in_frame = false;
            return finish_frame(r, str_of((char *)at, take), out, code, why);
        }
        if (take) buf_add(into, str_of((char *)at, take));
        if (r->left) return 0;
        r->is_in_frame = false;
        if (!r->is_last) continue;
        if (!is_control) r->gave_message = true;
        return finish_frame(r, buf_view(into), out, code, why);
    }
}

void ws_reader_done(struct ws_reader *r) {
    buf_free(&r->message);
    buf_free(&r->control);
}

size_t ws_head(char out[WS_HEAD_MAX], enum ws_kind kind, bool is_last, bool is_deflated, size_t len,
               const uint8_t *mask) {
    uint8_t *h = (uint8_t *)out;
    h[0] = (uint8_t)(is_last << 7 | is_deflated << 6 | kind);
    size_t n = 2;
    if (len < 126) h[1] = (uint8_t)len;
    else if (len < 65536) {
        h[1] = 126;
        h[2] = (uint8_t)(len >> 8);
        h[3] = (uint8_t)len;
        n = 4;
    } else {
        h[1] = 127;
        for (int i = 0; i < 8; i++) h[2 + i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
        n = 10;
    }
    if (mask) {
        h[1] |= 128;
        memcpy(h + n, mask, 4);
        n += 4;
    }
    return n;
}

/* --- the handshake's digest: SHA-1 of one or two blocks, needed nowhere else on this floor --- */

static uint32_t turn(uint32_t x, int n) { return x << n | x >> (32 - n); }

static void sha1_block(uint32_t h[5], const uint8_t *p) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++, p += 4)
        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    for (int i = 16; i < 80; i++) w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? (b & c) | (~b & d)
                     : i < 40 ? b ^ c ^ d
                     : i < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
        uint32_t t = turn(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = turn(b, 30);
        b = a;
        a = t;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

void ws_accept(str key, char out[WS_ACCEPT_LEN]) {
    static const char tail[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t block[128] = {0};
    size_t n = key.len < 24 ? key.len : 24;
    memcpy(block, key.at, n);
    memcpy(block + n, tail, 36);
    n += 36;
    block[n] = 0x80;
    size_t total = n + 9 <= 64 ? 64 : 128;
    block[total - 2] = (uint8_t)(n * 8 >> 8);
    block[total - 1] = (uint8_t)(n * 8);
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    for (size_t i = 0; i < total; i += 64) sha1_block(h, block + i);
    uint8_t d[21] = {0};
    for (int i = 0; i < 20; i++) d[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
    for (int i = 0, o = 0; i < 21; i += 3, o += 4) {
        uint32_t x = (uint32_t)d[i] << 16 | (uint32_t)d[i + 1] << 8 | d[i + 2];
        for (int k = 0; k < 4; k++) out[o + k] = letters[x >> (18 - 6 * k) & 63];
    }
    out[27] = '=';
}

bool ws_key_is_valid(str key) {
    if (key.len != 24 || key.at[22] != '=' || key.at[23] != '=') return false;
    for (size_t i = 0; i < 22; i++) {
        char c = key.at[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/'))
            return false;
    }
    return true;
}
