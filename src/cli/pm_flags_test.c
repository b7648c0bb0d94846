/* cli/pm_flags_test.c: what each command's flags are is said once, and consistently. */
#include "cli/pm_flags.h"

#include "base/test.h"

static void check_table(const struct flag_spec *list, size_t n, const char *of) {
    for (size_t i = 0; i < n; i++) {
        const struct flag_spec *f = &list[i];
        bool is_found = flags_find(list, n, str_c(f->name)) != NULL;
        if (!is_found) printf("%s: --%s is an alias of --%s, which it has not\n", of, f->name, f->alias_of);
        CHECK(is_found);
        if (is_found && f->alias_of) CHECK(!flags_find(list, n, str_c(f->name))->alias_of);
        for (size_t k = 0; k < i; k++) {
            bool same_name = *f->name && strcmp(f->name, list[k].name) == 0;
            bool same_letter = f->letter && f->letter == list[k].letter;
            if (same_name) printf("%s: --%s is there twice\n", of, f->name);
            if (same_letter) printf("%s: -%c is --%s and --%s\n", of, f->letter, list[k].name, f->name);
            CHECK(!same_name && !same_letter);
        }
        if (f->help) CHECK(!f->alias_of && f->state == FLAG_READY);
        if (f->value != FLAG_SWITCH && f->help) CHECK(f->shows && *f->shows);
    }
}

TEST(each_command_has_each_flag_once_and_every_alias_stands_for_one) {
    struct arena a = {0};
    for (int bit = 0; bit <= 15; bit++) {
        const struct flag_spec *list;
        size_t n = pm_flags(&a, (enum pm_command)(1 << bit), &list);
        char name[32];
        snprintf(name, sizeof name, "command 1 << %d", bit);
        CHECK(n > 0);
        check_table(list, n, name);
        CHECK(flags_find(list, n, STR("help")) != NULL);
    }
    check_table(flags_run, flags_n_run, "run");
    arena_free(&a);
}
