#include "base/test.h"
#include "lang/lang.h"

static str line_of(str text, uint32_t line) {
    for (; line; line--) {
        const char *end = memchr(text.at, '\n', text.len);
        if (!end) return STR("");
        text = str_from(text, (size_t)(end - text.at) + 1);
    }
    const char *end = memchr(text.at, '\n', text.len);
    return end ? str_upto(text, (size_t)(end - text.at)) : text;
}

/* Do the variables that the map names stand in both texts, and is every word of `words` among them? ASCII only. */
static bool maps_names(const char *source, struct lang_options o, const char *words) {
    bool right = true;
    for (int compact = 0; compact < 2; compact++) {
        struct buf out = {0};
        struct diag d = {0};
        struct lang_map map = {0};
        struct srcmap_entry *e;
        uint32_t n, named = 0, wanted = 0;
        bool made = lang_text(&out, &map, STR("x.ts"), str_c(source), &o, compact, &d) &&
                    srcmap_read(&map.arena, buf_view(&map.mappings.mappings), &e, &n);
        for (uint32_t i = 0; made && i < n; i++) {
            if (e[i].place.name == SRCMAP_NONE) continue;
            str name = map.names[e[i].place.name];
            str there = str_from(line_of(str_c(source), e[i].place.line), e[i].place.column);
            str here = str_from(line_of(buf_view(&out), e[i].line), e[i].column);
            made = str_starts(there, name) && str_starts(here, name);
            named++;
        }
        for (const char *w = words; *w; w++) wanted += *w == ' ';
        if (!made || named != wanted + 1)
            fprintf(stderr, "%s\n-> %.*s\n%u names, %.*s\n", source, STR_FMT(buf_view(&out)), named,
                    STR_FMT(buf_view(&map.mappings.mappings)));
        right &= made && named == wanted + 1;
        lang_map_done(&map);
        buf_free(&out);
        diag_free(&d);
    }
    return right;
}

static const struct lang_options ts = {.dialect = LANG_TSX, .keep_unused_imports = true,
                                       .decorators = STR_INIT("(()=>{})")};

TEST(a_map_names_the_variables_of_both_texts) {
    CHECK(maps_names("// c\nlet a: number = 1,\n b = a as any;\nfunction f<T>(x: T): T { return x }\n f(a)", ts,
                     "a b a f x x f a"));
    CHECK(maps_names("namespace N { export const q = 1; let r = q }\nN.q", ts, "r N"));
    CHECK(maps_names("const v = <A.b c={d}>{e}</A.b>", ts, "v A d e"));
    CHECK(maps_names("let s = `q\n${ s }`, // c\n t = s", ts, "s s t s"));
}

TEST(a_map_counts_UTF_16_units_and_every_line_end) {
    struct buf out = {0};
    struct diag d = {0};
    struct lang_map map = {0};
    struct srcmap_entry *e;
    uint32_t n;
    str source = STR("'\xF0\x9F\x98\x80', \xC3\xA9\r\n\xC3\xA9.a\r\xE2\x80\xA8" "b");
    CHECK(lang_text(&out, &map, STR("x.ts"), source, &ts, true, &d));
    CHECK_STR(buf_view(&out), STR("'\\ud83d\\ude00',\\u00e9;\\u00e9.a;b;\n"));
    CHECK(srcmap_read(&map.arena, buf_view(&map.mappings.mappings), &e, &n));
    CHECK_INT(map.n_names, 2);
    CHECK_STR(map.names[0], STR("\xC3\xA9"));
    CHECK_INT(n, 5);
    if (n == 5) {
        CHECK(e[1].column == 15 && e[1].place.line == 0 && e[1].place.column == 6 && e[1].place.name == 0);
        CHECK(e[2].place.line == 1 && e[2].place.column == 0 && e[2].place.name == 0);
        CHECK(e[3].place.line == 1 && e[3].place.column == 2 && e[3].place.name == SRCMAP_NONE);
        CHECK(e[4].place.line == 3 && e[4].place.column == 0 && e[4].place.name == 1);
    }
    lang_map_done(&map);
    buf_free(&out);
    diag_free(&d);
}
