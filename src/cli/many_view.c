/* cli/many_view.c: what many scripts say, in lines that name them, or in windows on a terminal. A frame of windows
 * never has more rows than the terminal, or it could not be drawn over; at the end all of it is printed once. */
#include "base/utf8.h"
#include "cli/many.h"
#include "sys/file.h"
#include "sys/tty.h"

enum { KEPT_BYTES = 8 << 20, FRAME_MS = 30 };

static const char *colour(const struct many *m, int fd, const char *code) { return m->has_colour[fd] ? code : ""; }

/* Lines that come together are written together, in their order. */
static struct buf *out_to(struct many *m, int fd) {
    if (m->out_fd != fd) many_view_flush(m);
    m->out_fd = fd;
    return &m->out;
}

void many_view_flush(struct many *m) {
    if (m->out.len) file_write_fd(m->out_fd + 1, buf_view(&m->out));
    buf_clear(&m->out);
}

static void print_time(struct buf *b, double ms, const char *gap) {
    if (ms < 1000) buf_print(b, "%.0f%sms", ms, gap);
    else buf_print(b, "%.2f%ss", ms / 1000, gap);
}

static const char *signal_of(const struct many_task *t) {
    const char *name = proc_signal_name(t->end.signal);
    return name ? name : "a signal";
}

/* --- lines with a label before them: a colour for each */

static str label_of(const struct many_task *t, int fd) {
    static const char *const codes[] = {"\x1b[36m", "\x1b[33m", "\x1b[35m", "\x1b[32m", "\x1b[34m", "\x1b[31m"};
    const struct many *m = t->all;
    size_t which = 0;
    for (const struct many_task *o = m->tasks; o < t; o++) which += o->before == SIZE_MAX;
    which -= t->before != SIZE_MAX;  /* a chain has one colour */
    return arena_print(&m->c->arena, "%s%.*s%*s%s | ", colour(m, fd, codes[which % 6]), STR_FMT(t->label),
                       (int)(m->label_width - t->label.len), "", colour(m, fd, "\x1b[0m"));
}

static void show_labelled_state(const struct many_task *t) {
    if (t->state != MANY_ENDED) return;
    struct buf *b = out_to(t->all, 1);
    buf_add(b, t->prefix[1]);
    if (t->failed) buf_lit(b, "Cannot be started");
    else if (t->end.signal) buf_print(b, "Signaled: %s", signal_of(t));
    else if (t->end.code) buf_print(b, "Exited with code %d", t->end.code);
    else {
        buf_lit(b, "Done in ");
        print_time(b, t->took_ms, "");
    }
    buf_add_char(b, '\n');
}

/* --- lines that begin with "package script: " */

static void add_state(struct buf *b, const struct many_task *t) {
    if (t->state == MANY_SKIPPED) buf_lit(b, "Skipped");
    else if (t->failed) buf_lit(b, "Cannot be started");
    else if (t->end.signal) buf_print(b, "Signaled with code %s", signal_of(t));
    else buf_print(b, "Exited with code %d", t->end.code);
}

static void show_named_state(const struct many_task *t) {
    if (t->state != MANY_ENDED && t->state != MANY_SKIPPED) return;
    struct buf *b = out_to(t->all, 0);
    buf_add(b, t->prefix[0]);
    add_state(b, t);
    buf_add_char(b, '\n');
}

/* --- windows */

/* As much of a line as `columns` hold. Colours go through, all else that moves the cursor is left out; a character
 * takes one column, those of East Asia and pictures two. */
static void add_clipped(struct buf *b, str line, int columns) {
    const char *at = line.at, *end = line.at + line.len;
    int used = 0;
    bool is_coloured = false;
    while (at < end) {
        if (*at == '\x1b' && at + 1 < end && at[1] == '[') {
            const char *from = at;
            for (at += 2; at < end && (*at < 0x40 || *at > 0x7e); at++) {}
            if (at < end && *at++ == 'm') buf_add(b, str_of(from, (size_t)(at - from))), is_coloured = true;
            continue;
        }
        const char *from = at;
        uint32_t ch = utf8_next(&at, end);
        if (ch == '\t') ch = ' ';
        if (ch < 0x20 || ch == 0x7f) continue;
        bool is_wide = (ch >= 0x1100 && ch <= 0x115f) || (ch >= 0x2e80 && ch <= 0xa4cf) ||
                       (ch >= 0xac00 && ch <= 0xd7a3) || (ch >= 0xf900 && ch <= 0xfaff) ||
                       (ch >= 0xfe30 && ch <= 0xfe6f) || (ch >= 0xff00 && ch <= 0xff60) ||
                       (ch >= 0x1f300 && ch <= 0x1faff) || (ch >= 0x20000 && ch <= 0x3fffd);
        used += is_wide ? 2 : 1;
        if (used > columns) break;
        if (ch == ' ') buf_add_char(b, ' ');
        else buf_add(b, str_of(from, (size_t)(at - from)));
    }
    if (is_coloured) buf_lit(b, "\x1b[0m");
}

static void add_footer(struct buf *b, const struct many_task *t) {
    const struct many *m = t->all;
    const char *blue = colour(m, 0, "\x1b[36m"), *red = colour(m, 0, "\x1b[31m"), *faint = colour(m, 0, "\x1b[2m"),
               *plain = colour(m, 0, "\x1b[0m");
    bool is_bad = t->failed || t->end.signal || t->end.code;
    size_t waits = 0;
    for (size_t i = 0; i < t->n_after; i++) waits += m->tasks[t->after[i]].state < MANY_ENDED;
    buf_print(b, "%s└─%s %s", blue, plain, t->state == MANY_ENDED && is_bad ? red : blue);
    if (t->state == MANY_WAITS) buf_print(b, "%sWaiting for %zu other script(s)", faint, waits);
    else if (t->state == MANY_RUNS) buf_lit(b, "Running...");
    else if (t->state == MANY_SKIPPED || is_bad) add_state(b, t);
    else {
        buf_lit(b, "Done in ");
        print_time(b, t->took_ms, " ");
    }
    buf_print(b, "%s\n", plain);
}

/* Its rows. `most`: lines of what it said, 0 = all that is kept; `columns` 0 = lines are as long as they are. */
static size_t add_window(struct buf *b, const struct many_task *t, size_t most, int columns) {
    const struct many *m = t->all;
    const char *blue = colour(m, 0, "\x1b[36m"), *strong = colour(m, 0, "\x1b[1m"), *faint = colour(m, 0, "\x1b[2m"),
               *plain = colour(m, 0, "\x1b[0m");
    size_t from = most && t->lines.len > most ? t->lines.len - most : 0, unseen = t->n_lines - t->lines.len + from,
           rows = 2;
    struct buf head = {0};
    buf_print(&head, "%s%.*s%s %.*s $ %s%.*s", strong, STR_FMT(t->package), plain, STR_FMT(t->script), faint,
              STR_FMT(t->text));
    if (columns) add_clipped(b, buf_view(&head), columns);
    else buf_add(b, buf_view(&head));
    buf_print(b, "%s\n", plain);
    buf_free(&head);
    if (unseen) {
        buf_print(b, "%s│%s %s[%zu lines elided]%s\n", blue, plain, faint, unseen, plain);
        rows++;
    }
    for (size_t i = from; i < t->lines.len; i++, rows++) {
        buf_print(b, "%s│%s ", blue, plain);
        if (columns) add_clipped(b, t->lines.at[i], columns - 2);
        else buf_add(b, t->lines.at[i]);
        buf_add_char(b, '\n');
    }
    add_footer(b, t);
    return rows;
}

static void add_wipe(struct buf *b, struct many *m) {
    buf_lit(b, "\x1b[0G\x1b[K");
    for (size_t i = 0; i < m->n_rows; i++) buf_lit(b, "\x1b[1A\x1b[K");
    m->n_rows = 0;
}

/* Those that run come first where there is not room for all. */
static void draw(struct many *m) {
    int columns = 80, height = 24;
    struct buf *b = out_to(m, 0);
    size_t n_done = 0, n_shown = m->count, n_hidden, room;
    tty_size(1, &columns, &height);
    if (columns < 20) columns = 20;
    room = height > 6 ? (size_t)height - 2 : 4;
    for (size_t i = 0; i < m->count; i++) n_done += m->tasks[i].state >= MANY_ENDED;
    if (n_shown * 4 > room) n_shown = room / 4 > m->n_running ? m->n_running : room / 4;
    n_hidden = m->count - n_shown;
    size_t most = n_shown ? room / n_shown - 3 : 1, left = n_shown;      /* head, lines that are elided, footer */
    if (m->elide && m->elide < most) most = m->elide;
    buf_lit(b, "\x1b[?2026h");
    add_wipe(b, m);
    for (size_t i = 0; i < m->count && left; i++)
        if (!n_hidden || m->tasks[i].state == MANY_RUNS) {
            m->n_rows += add_window(b, &m->tasks[i], most, columns);
            left--;
        }
    if (n_hidden) {
        buf_print(b, "%zu of %zu scripts are done, %zu run\n", n_done, m->count, m->n_running);
        m->n_rows++;
    }
    buf_lit(b, "\x1b[?2026l");
    many_view_flush(m);
    m->is_stale = false;
}

static void on_redraw(struct loop_timer *t) { draw(t->user); }

static void want_redraw(struct many *m) {
    if (m->is_stale) return;
    m->is_stale = true;
    loop_timer_start(&m->redraw, FRAME_MS);
}

static void keep(struct many_task *t, str line) {
    size_t most = t->all->elide ? t->all->elide : SIZE_MAX, gone = 0;
    char *copy = mem_alloc(line.len + 1);
    if (line.len) memcpy(copy, line.at, line.len);
    *LIST_ADD(&t->lines) = str_of(copy, line.len);
    t->n_lines++;
    t->n_bytes += line.len + sizeof(str);
    /* In halves, so that a line costs the same however many there are. */
    if (t->n_bytes > KEPT_BYTES) gone = t->lines.len / 2;
    else if (most < SIZE_MAX / 2 && t->lines.len > 2 * most + 64) gone = t->lines.len - most;
    for (size_t i = 0; i < gone; i++) {
        t->n_bytes -= t->lines.at[i].len + sizeof(str);
        mem_free((char *)(uintptr_t)t->lines.at[i].at);
    }
    memmove(t->lines.at, t->lines.at + gone, (t->lines.len - gone) * sizeof(str));
    t->lines.len -= gone;
}

/* --- all three */

void many_view_open(struct many *m) {
    m->has_windows = m->look == MANY_NAMED && tty_is(1);
    m->has_colour[0] = cmd_has_colour(1);
    m->has_colour[1] = cmd_has_colour(2);
    for (size_t i = 0; i < m->count; i++)
        if (m->tasks[i].label.len > m->label_width) m->label_width = m->tasks[i].label.len;
    for (size_t i = 0; i < m->count; i++)
        for (int fd = 0; fd < 2; fd++) {
            struct many_task *t = &m->tasks[i];
            t->prefix[fd] = m->look == MANY_LABELLED
                                ? label_of(t, fd)
                                : arena_print(&m->c->arena, "%.*s %.*s: ", STR_FMT(t->package), STR_FMT(t->script));
        }
    if (!m->has_windows) return;
    m->redraw = (struct loop_timer){.call = on_redraw, .user = m};
    loop_timer_open(m->loop, &m->redraw);
}

void many_view_line(struct many_task *t, int stream, str line) {
    if (t->all->has_windows) {
        keep(t, line);
        want_redraw(t->all);
        return;
    }
    struct buf *b = out_to(t->all, t->all->look == MANY_LABELLED ? stream : 0);
    buf_add(b, t->prefix[stream]);
    buf_add(b, line);
    buf_add_char(b, '\n');
}

void many_view_changed(struct many_task *t) {
    if (t->all->has_windows) want_redraw(t->all);
    else if (t->all->look == MANY_LABELLED) show_labelled_state(t);
    else show_named_state(t);
}

void many_view_close(struct many *m) {
    many_view_flush(m);
    if (m->has_windows) {
        struct buf *b = out_to(m, 0);
        loop_timer_close(&m->redraw);
        add_wipe(b, m);
        for (size_t i = 0; i < m->count; i++) add_window(b, &m->tasks[i], m->elide, 0);
        many_view_flush(m);
    }
    buf_free(&m->out);
    for (size_t i = 0; i < m->count; i++) {
        for (size_t k = 0; k < m->tasks[i].lines.len; k++) mem_free((char *)(uintptr_t)m->tasks[i].lines.at[k].at);
        LIST_FREE(&m->tasks[i].lines);
    }
}
