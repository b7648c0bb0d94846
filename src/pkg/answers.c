#include <time.h>

#include "base/buf.h"
#include "data/hash.h"
#include "data/json.h"
#include "pkg/internal.h"
#include "pkg/registry.h"
#include "sys/at.h"

/* In this machine's byte order: head, then URL, etag and modification time, each ended by NUL, then the releases
 * (8-byte aligned), then the answer's JSON, which the releases' spans point into. */
struct span { uint32_t at, len; };
struct release { struct span version, text, pre, build; uint64_t major, minor, patch; };
struct head {
    char magic[8];
    uint64_t len;
    double fresh_s;
    struct span url, etag, modified, name, tags;         /* the last two in the JSON */
    uint32_t releases_at, n_releases, json_at, unused;
};
static const char magic[8] = {'B', 'a', 'o', 'A', 'n', 's', '1', '\n'};

void pkg_answer_name(str name, str url, bool full, char out[PKG_ANSWER_NAME]) {
    size_t len = 0;
    for (size_t i = 0; i < name.len && i < 120; i++) {
        char c = name.at[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        (c && strchr("@._-~", c));
        out[len++] = is_plain ? c : '+';
    }
    snprintf(out + len, PKG_ANSWER_NAME - len, "-%016llx%s", (unsigned long long)hash_xx64(url, 0),
             full ? "-full" : "");
}

static bool is_inside(struct span s, size_t len) { return s.at <= len && s.len <= len - s.at; }
static str text_at(str base, struct span s) { return str_of(base.at + s.at, s.len); }

bool pkg_answer_open(struct pkg_store *s, const char *name, str url, struct pkg_answer *out) {
    char path[PKG_ANSWER_NAME + 16];
    struct file_map map;
    struct file_time changed;
    struct head h;
    snprintf(path, sizeof path, PKG_ANSWERS "/%s", name);
    if (file_map_at(s->cache_fd, path, &map, &changed) != 0) return false;
    size_t len = map.text.len;
    bool is_good = len >= sizeof h;
    if (is_good) {
        memcpy(&h, map.text.at, sizeof h);
        is_good = memcmp(h.magic, magic, sizeof magic) == 0 && h.len == len && is_inside(h.url, len) &&
                  is_inside(h.etag, len) && is_inside(h.modified, len) && h.json_at <= len && h.releases_at % 8 == 0 &&
                  h.releases_at <= h.json_at && (h.json_at - h.releases_at) / sizeof(struct release) >= h.n_releases &&
                  is_inside(h.name, len - h.json_at) && is_inside(h.tags, len - h.json_at) &&
                  str_eq(text_at(map.text, h.url), url);
    }
    if (!is_good) {
        file_unmap(&map);
        return false;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct pkg_answer){
        .text = map.text, .etag = text_at(map.text, h.etag), .modified = text_at(map.text, h.modified),
        .age_s = (double)(now.tv_sec - changed.sec) + (double)(now.tv_nsec - (long)changed.nsec) / 1e9,
        .fresh_s = h.fresh_s,
    };
    return true;
}

void pkg_answer_close(struct pkg_answer *a) {
    struct file_map map = {a->text};
    file_unmap(&map);
    *a = (struct pkg_answer){0};
}

void pkg_answer_read(struct arena *a, const struct pkg_answer *from, struct pkg_packument *out) {
    struct head h;
    memcpy(&h, from->text.at, sizeof h);
    str json = str_from(from->text, h.json_at);
    const struct release *in = (const void *)(from->text.at + h.releases_at);
    *out = (struct pkg_packument){.name = text_at(json, h.name)};
    if (h.tags.len) out->tags = json_parse(a, text_at(json, h.tags), JSON_STRICT, NULL, STR(""));
    out->releases = arena_alloc(a, (h.n_releases + 1) * sizeof *out->releases);
    for (uint32_t i = 0; i < h.n_releases; i++) {
        const struct release *r = &in[i];
        if (!is_inside(r->version, json.len) || !is_inside(r->text, json.len) || !is_inside(r->pre, json.len) ||
            !is_inside(r->build, json.len)) continue;
        out->releases[out->count++] = (struct pkg_release){
            .version = text_at(json, r->version), .text = text_at(json, r->text),
            .semver = {r->major, r->minor, r->patch, text_at(json, r->pre), text_at(json, r->build)},
        };
    }
}

static struct span span_in(str base, str text) {
    if (!text.len || text.at < base.at || text.at + text.len > base.at + base.len) return (struct span){0};
    return (struct span){(uint32_t)(text.at - base.at), (uint32_t)text.len};
}

static struct span add_text(struct buf *out, str text) {
    struct span s = {(uint32_t)out->len, (uint32_t)text.len};
    buf_add(out, text);
    buf_add_char(out, 0);
    return s;
}

void pkg_answer_write(struct buf *out, const struct pkg_packument *p, str json, str url, str etag, str modified,
    double fresh_s) {
    struct head h = {.fresh_s = fresh_s, 
                     .name = span_in(json, p->name), .tags = span_in(json, p->tags_text),
                     .n_releases = (uint32_t)p->count};
    memcpy(h.magic, magic, sizeof magic);
    buf_add(out, str_of((const char *)&h, sizeof h));
    h.url = add_text(out, url);
    h.etag = add_text(out, etag);
    h.modified = add_text(out, modified);
    buf_add_many(out, 0, (8 - out->len % 8) % 8);
    h.releases_at = (uint32_t)out->len;
    for (size_t i = 0; i < p->count; i++) {
        const struct pkg_release *r = &p->releases[i];
        struct release w = {
            .version = span_in(json, r->version), .text = span_in(json, r->text), .pre = span_in(json, r->semver.pre),
            .build = span_in(json, r->semver.build), .major = r->semver.major, .minor = r->semver.minor,
                .patch = r->semver.patch,
        };
        buf_add(out, str_of((const char *)&w, sizeof w));
    }
    h.json_at = (uint32_t)out->len;
    h.len = out->len + json.len;
    memcpy(out->at, &h, sizeof h);
}
