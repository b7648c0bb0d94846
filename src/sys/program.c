#include "sys/program.h"

#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"

struct program program;

bool program_has(const char *flag) { return program_values(flag, NULL, 0) > 0; }

str program_value(const char *flag) {
    str value = {0};
    for (size_t i = 0; i < program.n_flags; i++)
        if (strcmp(program.flags[i].name, flag) == 0) value = program.flags[i].value;
    return value;
}

size_t program_values(const char *flag, str *out, size_t most) {
    size_t n = 0;
    for (size_t i = 0; i < program.n_flags; i++) {
        if (strcmp(program.flags[i].name, flag) != 0) continue;
        if (n < most) out[n] = program.flags[i].value;
        n++;
    }
    return n;
}

str program_shim(struct arena *a) {
    str folder = arena_print(a, "%.*s/bao-node-%u-%08x", STR_FMT(env_or("TMPDIR", "/tmp")), env_uid(),
        (unsigned)str_hash(program.exec_path));
    static const char *const names[] = {"node", "bun"};
    struct file_stat is;
    dir_make(folder, 0700);
    /* Anybody may write to /tmp: what others could have put there is not run. */
    if (file_lstat(folder, &is) != 0 || file_kind_of_mode(is.mode) != FILE_DIR || is.uid != env_uid() ||
        (is.mode & 022)) return (str){0};
    for (size_t i = 0; i < 2; i++) {
        str at = path_join(a, folder, str_c(names[i])), there;
        if (file_readlink(a, at, &there) == 0 && str_eq(there, program.exec_path)) continue;
        file_unlink(at);
        if (file_symlink(program.exec_path, at) != 0 && !file_exists(at)) return (str){0};
    }
    str gyp = path_join(a, folder, STR("node-gyp"));
    if (!file_exists(gyp)) file_write_all(gyp, arena_print(a, "#!/bin/sh\nexec '%.*s' x node-gyp \"$@\"\n",
        STR_FMT(program.exec_path)), 0755);
    return folder;
}
