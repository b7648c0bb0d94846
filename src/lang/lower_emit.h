/* lang/lower_emit.h: text out of patched source. A cursor walks the source; stretches are copied, blanked or dropped
 * and text is put between. Line ends are never lost and never made, so lines stay; the places where columns move are
 * noted. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"

struct lang_shift;

enum emit_wide_kind { EMIT_STRING, EMIT_REGEXP, EMIT_TEMPLATE, EMIT_NAME };
struct emit_wide { uint32_t start, end; enum emit_wide_kind kind; };   /* a token that has non-ASCII bytes */

struct emit_cut { uint32_t start, end; };
struct emit_sync { uint32_t out, src; };

struct emit {
    str src;
    struct buf *out;
    uint32_t at;                         /* the cursor: everything before it is dealt with */
    int64_t delta;                       /* out->len - at when the last stretch was copied */
    LIST(struct emit_sync) syncs;
    bool is_ascii;                       /* the source is */
    bool plain;                          /* and its lines end with LF */
    bool escape;                         /* write \uXXXX for what is not ASCII */
    const struct emit_wide *wide;        /* sorted; of sources that are not ASCII */
    uint32_t n_wide;
    bool narrow;                         /* nobody looks at columns: what is blanked leaves no more than one space */
    const struct emit_cut *cuts;         /* sorted stretches of the source that are never copied: comments */
    uint32_t n_cuts, next_cut;
};

void emit_init(struct emit *e, str src, struct buf *out);
void emit_done(struct emit *e);

void emit_slow(struct emit *e, uint32_t to);
void emit_note(struct emit *e);
void emit_to_cut(struct emit *e, uint32_t to);

/* Copies the source up to `to`. */
static inline void emit_to(struct emit *e, uint32_t to) {
    if (to <= e->at) return;
    if (e->next_cut < e->n_cuts && e->cuts[e->next_cut].start < to) {
        emit_to_cut(e, to);
        return;
    }
    if ((int64_t)e->out->len - e->at != e->delta) emit_note(e);
    if (!e->is_ascii) { emit_slow(e, to); return; }
    size_t n = to - e->at;
    memcpy(buf_room(e->out, n), e->src.at + e->at, n);
    e->out->len += n;
    e->at = to;
}
void emit_blank(struct emit *e, uint32_t to);          /* spaces in place of the source up to `to`; line ends stay */
void emit_drop(struct emit *e, uint32_t to);           /* nothing in its place but its line ends */
/* As emit_drop, for what stands behind an operand: the engine's messages quote the operand without it. */
void emit_drop_operator(struct emit *e, uint32_t to);
void emit_lines(struct emit *e, uint32_t from, uint32_t to);   /* the line ends of a stretch, the cursor stays */
static inline void emit_put(struct emit *e, str text) { buf_add(e->out, text); }
#define emit_lit(e, literal) buf_add((e)->out, STR(literal))
/* Puts `text` in place of the source up to `to`; line ends that were there come after it. */
static inline void emit_instead(struct emit *e, uint32_t to, str text) {
    emit_put(e, text);
    emit_drop(e, to);
}
bool emit_has_line_end(const struct emit *e, uint32_t from, uint32_t to);

/* One code point; U+FFFD and one byte where the text is not UTF-8. Surrogates are taken (WTF-8). */
uint32_t emit_decode(const char *p, const char *end, size_t *len);

/* A JavaScript string literal in double quotes, pure ASCII, from UTF-8 (WTF-8). */
void emit_quote(struct buf *out, str text);
/* A name as it may stand in code: non-ASCII escaped when `escape`. */
void emit_name(struct buf *out, str name, bool escape);

/* Walks text to tell lines and columns; begins as {text.at, its end, text.at, line, 0}. */
struct emit_reader { const char *at, *end, *line_start; uint32_t line, column; };   /* column in UTF-16 units, from 0 */
void emit_read_to(struct emit_reader *r, const char *to);

/* The notes as columns of lines. */
struct lang_shift *emit_shifts(struct emit *e, struct arena *a, uint32_t *n);
