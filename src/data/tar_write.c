#include "base/buf.h"
#include "data/tar.h"

enum { BLOCK = 512 };

static void put_octal(char *at, size_t len, uint64_t n) {
    for (size_t i = len - 1; i-- > 0; n >>= 3) at[i] = (char)('0' + (n & 7));
}

static void put_block(struct buf *out, str name, str link, const struct tar_entry *e, char type, uint64_t size) {
    char b[BLOCK] = {0};
    memcpy(b, name.at, name.len < 100 ? name.len : 100);
    put_octal(b + 100, 8, e->mode & 07777);
    put_octal(b + 108, 8, 0);
    put_octal(b + 116, 8, 0);
    put_octal(b + 124, 12, size < (uint64_t)1 << 33 ? size : 0);
    put_octal(b + 136, 12, e->mtime > 0 ? (uint64_t)e->mtime : 0);
    memset(b + 148, ' ', 8);
    b[156] = type;
    if (link.len) memcpy(b + 157, link.at, link.len < 100 ? link.len : 100);
    memcpy(b + 257, "ustar\00000", 8);
    uint32_t sum = 0;
    for (int i = 0; i < BLOCK; i++) sum += (unsigned char)b[i];
    put_octal(b + 148, 7, sum);
    b[154] = 0;
    b[155] = ' ';
    buf_add(out, str_of(b, BLOCK));
}

/* "<length> <key>=<value>\n", where the length counts itself. */
static void put_record(struct buf *pax, const char *key, str value) {
    size_t rest = strlen(key) + value.len + 3, len = rest, digits = 1;
    for (size_t most = 10; rest + digits >= most; most *= 10) digits++;
    len = rest + digits;
    buf_print(pax, "%zu %s=", len, key);
    buf_add(pax, value);
    buf_add_char(pax, '\n');
}

void tar_write_header(struct buf *out, const struct tar_entry *e) {
    static const char types[] = {'0', '5', '2', '1', '3'};
    struct buf pax = {0}, number = {0};
    if (e->path.len > 100) put_record(&pax, "path", e->path);
    if (e->link.len > 100) put_record(&pax, "linkpath", e->link);
    if (e->size >= (uint64_t)1 << 33) {
        buf_print(&number, "%llu", (unsigned long long)e->size);
        put_record(&pax, "size", buf_view(&number));
    }
    if (pax.len) {
        put_block(out, STR("PaxHeader"), STR(""), e, 'x', pax.len);
        buf_add(out, buf_view(&pax));
        tar_write_padding(out, pax.len);
    }
    put_block(out, e->path, e->link, e, types[e->kind], e->size);
    buf_free(&pax);
    buf_free(&number);
}

void tar_write_padding(struct buf *out, uint64_t size) { buf_add_many(out, 0, (BLOCK - size % BLOCK) % BLOCK); }
void tar_write_end(struct buf *out) { buf_add_many(out, 0, 2 * BLOCK); }
