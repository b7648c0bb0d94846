/* data/idna_table.h: the tables of idna_table_*.c. A table of ranges is sorted by start: a range ends where the next
 * does start. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum idna_kind {
    IDNA_VALID, IDNA_DISALLOWED, IDNA_IGNORED,
    IDNA_MAPPED,        /* to a text */
    IDNA_DELTA,         /* to another character at a fixed distance */
    IDNA_ALTERNATE,     /* every second one, from the first on, to the next one, which is valid */
};
extern const uint32_t idna_map[];               /* start | kind << 21 | bytes of the text << 24 */
extern const uint16_t idna_map_value[];         /* beside it: where in idna_map_text or idna_map_delta */
extern const uint8_t idna_map_text[];           /* UTF-8 */
extern const int32_t idna_map_delta[];

enum idna_bidi { BIDI_FORBIDDEN, BIDI_L, BIDI_R, BIDI_AN, BIDI_EN, BIDI_NSM, BIDI_OTHER };      /* R: AL too */
enum idna_joining { JOIN_NONE, JOIN_L, JOIN_R, JOIN_D, JOIN_T };
extern const uint32_t idna_class[];             /* start | bidi << 21 | joining << 24 | is mark << 27 */
extern const uint32_t idna_ccc[];               /* start | canonical combining class << 21; 0 before the first */

extern const uint32_t idna_decomposed[];        /* code point | count << 24: full canonical decomposition, but Hangul */
extern const uint16_t idna_decomposed_at[];     /* beside it: where in idna_points */
extern const uint32_t idna_points[];
extern const uint32_t idna_composed[];          /* triples: first, second, what they become; sorted by the first two */

extern const size_t idna_map_n, idna_map_value_n, idna_map_text_n, idna_map_delta_n, idna_class_n, idna_ccc_n;
extern const size_t idna_decomposed_n, idna_decomposed_at_n, idna_points_n, idna_composed_n;
