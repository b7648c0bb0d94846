#include "data/codepage.h"

#include "base/test.h"

TEST(codepages_are_sorted_as_the_standard_lists_them_and_whole) {
    CHECK_INT(n_codepages, 27);
    for (size_t i = 0; i < n_codepages; i++) {
        const struct codepage *p = &codepages[i];
        for (size_t j = 0; j < 128; j++) CHECK(p->units[j] >= 0x80 && (p->units[j] < 0xd800 || p->units[j] >= 0xe000));
        if (!strcmp(p->name, "windows-1252")) CHECK_INT(p->units[0], 0x20ac);
        if (!strcmp(p->name, "koi8-r")) CHECK_INT(p->units[0xc1 - 0x80], 0x430);
        if (!strcmp(p->name, "iso-8859-8")) CHECK_INT(p->units[0xa1 - 0x80], 0xfffd);
    }
}
