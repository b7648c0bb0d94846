/* A version and a range: printing and reading again is the same version; equal versions are in the same ranges. */
#include "base/buf.h"
#include "base/must.h"
#include "data/semver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    struct arena a = {0};
    struct buf printed = {0};
    struct semver v, again;
    str version, range;
    enum semver_flags flags = data[0] & (SEMVER_LOOSE | SEMVER_PRERELEASE);
    str_split(str_of((const char *)data + 1, size - 1), '\n', &version, &range);
    struct semver_range *r = semver_range_parse(&a, range, flags);
    if (semver_parse(version, flags, &v)) {
        semver_print(&printed, &v);
        must(semver_parse(buf_view(&printed), flags, &again) && semver_cmp(&v, &again) == 0);
        if (r) must(semver_range_has(r, &v, flags) == semver_range_has(r, &again, flags));
    }
    semver_satisfies(version, range, flags);
    buf_free(&printed);
    arena_free(&a);
    return 0;
}
