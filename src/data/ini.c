#include "data/ini.h"

#include "base/list.h"
#include "data/json.h"

/* A value in quotes is a JSON string; in single quotes, the text between them. Else a backslash keeps ; # and itself,
 * and an unescaped ; or # ends the value. */
static str plain(struct arena *a, str s) {
    s = str_trim(s);
    char quote = s.len >= 2 ? s.at[0] : 0;
    if ((quote == '"' || quote == '\'') && s.at[s.len - 1] == quote) {
        if (quote == '\'') s = str_cut(s, 1, s.len - 1);
        if (s.len >= 2 && s.at[0] == '"') {
            struct json *j = json_parse(a, s, JSON_STRICT, NULL, STR(""));
            if (j && j->kind == JSON_STRING) return j->text;
        }
        return s;
    }
    if (!memchr(s.len ? s.at : "", '\\', s.len) && !memchr(s.len ? s.at : "", ';', s.len) &&
        !memchr(s.len ? s.at : "", '#', s.len))
        return s;
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == ';' || c == '#') break;
        if (c == '\\' && i + 1 < s.len && (s.at[i + 1] == ';' || s.at[i + 1] == '#' || s.at[i + 1] == '\\'))
            c = s.at[++i];
        to[n++] = c;
    }
    return str_trim(str_of(to, n));
}

void ini_read(struct arena *a, str source, struct ini *out) {
    LIST(struct ini_entry) list = {0};
    if (str_starts(source, STR("\xEF\xBB\xBF"))) source = str_from(source, 3);
    str section = STR("");
    uint32_t line = 0;
    for (size_t at = 0; at < source.len;) {
        size_t end = at;
        while (end < source.len && source.at[end] != '\n' && source.at[end] != '\r') end++;
        str text = str_trim(str_cut(source, at, end));
        line++;
        at = end + 1;
        if (end + 1 < source.len && source.at[end] == '\r' && source.at[end + 1] == '\n') at++;
        if (!text.len || text.at[0] == ';' || text.at[0] == '#') continue;
        if (text.at[0] == '[' && str_find_char(text, ']') == (ptrdiff_t)text.len - 1) {
            section = plain(a, str_cut(text, 1, text.len - 1));
            continue;
        }
        str left, right;
        bool has_value = str_split(text, '=', &left, &right);
        if (has_value && !str_trim(left).len) continue;
        struct ini_entry e = {.section = section, .line = line, .is_bare = !has_value};
        e.key = plain(a, left);
        e.value = has_value ? plain(a, right) : STR("true");
        if (e.key.len > 2 && str_ends(e.key, STR("[]"))) e.key = str_upto(e.key, e.key.len - 2), e.is_array = true;
        if (e.key.len) *LIST_ADD(&list) = e;
    }
    out->count = list.len;
    out->entries = ARENA_ARRAY(a, struct ini_entry, list.len + 1);
    if (list.len) memcpy(out->entries, list.at, list.len * sizeof *list.at);
    LIST_FREE(&list);
}
