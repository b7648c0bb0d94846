#include "sys/path.h"

#include <errno.h>
#include <unistd.h>

bool path_is_dotted(str p) {
    if (p.len == 0 || p.at[0] != '.') return false;
    if (p.len == 1 || p.at[1] == '/') return true;
    return p.at[1] == '.' && (p.len == 2 || p.at[2] == '/');
}

static str without_end_slashes(str p) {
    while (p.len > 1 && p.at[p.len - 1] == '/') p.len--;
    return p;
}

str path_dirname(str p) {
    if (p.len == 0) return STR(".");
    str body = without_end_slashes(p);
    ptrdiff_t slash = str_rfind_char(body, '/');
    if (slash < 0) return STR(".");
    if (slash == 0) return str_upto(p, body.len == 1 || body.at[1] != '/' ? 1 : 2);
    str folder = str_upto(body, (size_t)slash);
    /* "a//b" -> "a/": node keeps all but the last slash of the run. */
    if (folder.len == 1 && folder.at[0] == '/') return STR("//");
    return folder;
}

str path_basename(str p) {
    size_t end = p.len;
    while (end > 0 && p.at[end - 1] == '/') end--;
    str body = str_upto(p, end);
    ptrdiff_t slash = str_rfind_char(body, '/');
    return slash < 0 ? body : str_from(body, (size_t)slash + 1);
}

str path_extname(str p) {
    str base = path_basename(p);
    ptrdiff_t dot = str_rfind_char(base, '.');
    if (dot <= 0 || str_is(base, "..")) return str_from(base, base.len);
    return str_from(base, (size_t)dot);
}

/* Writes the parts of `p` into `out`, resolving "." and ".."; `out` may hold what stands before already. */
static size_t add_parts(char *out, size_t len, size_t floor, bool is_absolute, str p) {
    size_t i = 0;
    while (i < p.len) {
        if (p.at[i] == '/') { i++; continue; }
        size_t start = i;
        while (i < p.len && p.at[i] != '/') i++;
        size_t n = i - start;
        if (n == 1 && p.at[start] == '.') continue;
        if (n == 2 && p.at[start] == '.' && p.at[start + 1] == '.') {
            size_t last = len;
            while (last > floor && out[last - 1] != '/') last--;
            bool is_up = len - last == 2 && out[last] == '.' && out[last + 1] == '.';
            if (len > floor && !is_up) {
                len = last > floor ? last - 1 : floor;
                continue;
            }
            if (is_absolute) continue;
        }
        if (len > floor) out[len++] = '/';
        memcpy(out + len, p.at + start, n);
        len += n;
    }
    return len;
}

str path_normalize(struct arena *a, str p) {
    if (p.len == 0) return STR(".");
    bool is_absolute = path_is_absolute(p), has_end = p.at[p.len - 1] == '/';
    char *out = arena_alloc(a, p.len + 3);
    size_t floor = is_absolute ? 1 : 0;
    out[0] = '/';
    size_t len = add_parts(out, floor, floor, is_absolute, p);
    if (len == 0) out[len++] = '.';
    if (has_end && out[len - 1] != '/') out[len++] = '/';
    out[len] = 0;
    return str_of(out, len);
}

str path_join3(struct arena *a, str one, str two, str three) {
    size_t room = one.len + two.len + three.len + 3, len = 0;
    if (room <= 3) return STR(".");
    char *joined = arena_alloc(a, room);
    const str parts[3] = {one, two, three};
    for (int i = 0; i < 3; i++) {
        if (parts[i].len == 0) continue;
        if (len > 0) joined[len++] = '/';
        memcpy(joined + len, parts[i].at, parts[i].len);
        len += parts[i].len;
    }
    return path_normalize(a, str_of(joined, len));
}

str path_join(struct arena *a, str left, str right) { return path_join3(a, left, right, (str){0}); }

str path_resolve(struct arena *a, str base, str p) {
    if (path_is_absolute(p)) base = STR("/");
    char *out = arena_alloc(a, base.len + p.len + 3);
    out[0] = '/';
    size_t len = add_parts(out, 1, 1, true, base);
    len = add_parts(out, len, 1, true, p);
    out[len] = 0;
    return str_of(out, len);
}

str path_relative(struct arena *a, str from, str to) {
    from = path_resolve(a, STR("/"), from);
    to = path_resolve(a, STR("/"), to);
    if (str_eq(from, to)) return str_of("", 0);
    str left = from.len == 1 ? str_of("", 0) : str_from(from, 1), right = to.len == 1 ? str_of("", 0) : str_from(to, 1);
    size_t same = 0;                             /* length of the shared parts, with their slash */
    for (;;) {
        size_t i = same;
        while (i < left.len && i < right.len && left.at[i] == right.at[i] && left.at[i] != '/') i++;
        bool left_ends = i == left.len || left.at[i] == '/', right_ends = i == right.len || right.at[i] == '/';
        if (!left_ends || !right_ends || i == same) break;
        same = i + 1;
        if (i >= left.len || i >= right.len) break;
    }
    size_t ups = 0;
    if (same <= left.len && left.len > 0) {
        str rest = str_from(left, same);
        if (rest.len > 0) {
            ups = 1;
            for (size_t i = 0; i < rest.len; i++) ups += rest.at[i] == '/';
        }
    }
    str down = str_from(right, same);
    char *out = arena_alloc(a, ups * 3 + down.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < ups; i++) {
        memcpy(out + len, "../", 3);
        len += 3;
    }
    memcpy(out + len, down.at, down.len);
    len += down.len;
    if (down.len == 0 && len > 0) len--;
    out[len] = 0;
    return str_of(out, len);
}

bool path_is_inside(str p, str folder) {
    if (folder.len == 1) return path_is_absolute(p);
    return str_starts(p, folder) && (p.len == folder.len || p.at[folder.len] == '/');
}

err path_cwd(struct arena *a, str *out) {
    char room[4096];
    if (!getcwd(room, sizeof room)) return -errno;
    *out = arena_str(a, str_c(room));
    return 0;
}

err path_enter(str folder) {
    struct arena a = {0};
    err e = chdir(arena_c(&a, folder)) == 0 ? 0 : -errno;
    arena_free(&a);
    return e;
}
