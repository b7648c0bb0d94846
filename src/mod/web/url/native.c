/* mod/web/url/native.c: the door of web:url. One crossing parses a URL or sets a part of one; where its parts lie goes
 * into an array that both sides see. */
#include "engine/js.h"

#include "data/idna.h"
#include "data/url.h"

static _Thread_local struct js_bytes shared;                /* seven numbers, held for ever */

NATIVE(url_share) {
    js_hold(js_arg(c, 0));
    shared = js_bytes(c, 0);
    return NULL;
}

/* true: the text is the same as `input`; else a new string. */
static js_val give(struct js_call *c, const struct url *u, str input) {
    str href = url_write(js_arena(c), u, (struct url_parts *)(void *)shared.at);
    return str_eq(href, input) ? js_make_bool(true) : js_make_latin1(href);
}

static bool parse(struct js_call *c, str input, size_t base, struct url *out) {
    struct url b;
    if (!js_has(c, base)) return url_parse(js_arena(c), input, NULL, out);
    return url_parse(js_arena(c), js_str(c, base), NULL, &b) && url_parse(js_arena(c), input, &b, out);
}

NATIVE(url_parse_one) {
    struct url u;
    str input = js_str(c, 0);
    return parse(c, input, 1, &u) ? give(c, &u, input) : js_make_bool(false);
}

NATIVE(url_can_parse) {
    struct url u;
    return js_make_bool(parse(c, js_str(c, 0), 1, &u));
}

NATIVE(url_set_part) {
    struct url u;
    str href = js_str(c, 0);
    if (!url_parse(js_arena(c), href, NULL, &u)) return js_make_bool(false);
    url_set(js_arena(c), &u, (enum url_part)js_int(c, 1), js_str(c, 2));
    return give(c, &u, href);
}

/* A file URL from a path; the text is in its normal form. */
NATIVE(url_of_path) {
    struct url u;
    if (!url_parse(js_arena(c), url_from_path(js_arena(c), js_str(c, 0)), NULL, &u)) return js_make_bool(false);
    return give(c, &u, STR(""));
}

/* %XX to characters; what is no UTF-8 becomes U+FFFD. */
NATIVE(url_percent_decode) { return js_make_str(url_decode(js_arena(c), js_str(c, 0))); }

static bool domain(struct js_call *c, str *host) {
    struct url u;
    if (!url_parse(js_arena(c), arena_join(js_arena(c), STR("ws://"), js_str(c, 0)), NULL, &u)) return false;
    *host = u.host;
    return true;
}

NATIVE(url_domain_to_ascii) {
    str host;
    return domain(c, &host) ? js_make_latin1(host) : js_make_latin1(STR(""));
}

NATIVE(url_domain_to_unicode) {
    str host, shown;
    if (!domain(c, &host)) return js_make_latin1(STR(""));
    idna_to_unicode(js_arena(c), host, &shown);
    return js_make_str(shown);
}

static const struct js_native natives[] = {
    {"share", url_share, "(parts: Uint32Array): void"},
    {"parse", url_parse_one, "(input: string, base?: string): string | boolean"},
    {"canParse", url_can_parse, "(input: string, base?: string): boolean"},
    {"set", url_set_part, "(href: string, part: number, value: string): string | boolean"},
    {"ofPath", url_of_path, "(path: string): string | boolean"},
    {"percentDecode", url_percent_decode, "(text: string): string"},
    {"domainToASCII", url_domain_to_ascii, "(domain: string): string"},
    {"domainToUnicode", url_domain_to_unicode, "(domain: string): string"},
};
JS_DOOR(web_url, natives)
