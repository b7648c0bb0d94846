/* rt/soon.c: stands in until a program can be run. */
#include <stdio.h>

#include "rt/rt.h"

__attribute__((weak)) int rt_main(const struct rt_options *o) {
    (void)o;
    fprintf(stderr, "error: running programs is not there yet\n");
    return 1;
}
