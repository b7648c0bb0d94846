#include "lang/lang.h"

#include "base/must.h"

void lang_unit_done(struct lang_unit *u) {
    arena_free(&u->arena);
    buf_free(&u->code);
    *u = (struct lang_unit){0};
}

void lang_wrap(struct lang_unit *u, bool is_async, enum lang_cycle cycle) {
    must(u->kind == LANG_KIND_ESM);
    memcpy(u->code.at + u->async_at, is_async ? "async " : "      ", 6);
    u->code.at[u->star_at] = cycle == LANG_CYCLIC ? '*' : ' ';
    memcpy(u->code.at + u->yield_at, cycle == LANG_CYCLIC ? "yield;" : "      ", 6);
}

void lang_source_place(const struct lang_shift *shifts, uint32_t n_shifts, uint32_t line, uint32_t column,
                       uint32_t *source_line, uint32_t *source_column) {
    uint32_t low = 0, high = n_shifts;
    while (low < high) {                                    /* the first entry behind (line, column) */
        uint32_t mid = low + (high - low) / 2;
        const struct lang_shift *s = &shifts[mid];
        if (s->line < line || (s->line == line && s->column < column)) low = mid + 1;
        else high = mid;
    }
    *source_line = line;
    *source_column = column;
    if (low == 0 || shifts[low - 1].line != line) return;
    int64_t moved = (int64_t)column + shifts[low - 1].delta;
    *source_column = moved < 1 ? 1 : (uint32_t)moved;
}
