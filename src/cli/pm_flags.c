/* cli/pm_flags.c: the flags of the package manager's commands, as Bun has them, and as npm, pnpm and yarn spell
 * them. */
#include "cli/pm_flags.h"

#define INSTALLS (PM_INSTALL | PM_ADD | PM_REMOVE | PM_UPDATE)
#define ALL \
    (INSTALLS | PM_OUTDATED | PM_WHY | PM_INFO | PM_LINK | PM_PATCH | PM_PUBLISH | PM_AUDIT | PM_DEDUPE | PM_PRUNE | \
     PM_PM | PM_X)
#define NETS     (ALL & ~PM_PRUNE)
#define TELLS    (PM_OUTDATED | PM_WHY | PM_INFO | PM_PUBLISH | PM_PATCH)
#define SAVES    (INSTALLS | PM_LINK | PM_AUDIT | PM_DEDUPE)
#define FILTERS  (INSTALLS | PM_OUTDATED | PM_PUBLISH | PM_PRUNE | PM_PM)

#define ON(of, name, letter, help)          {of, {name, letter, FLAG_SWITCH, FLAG_READY, NULL, NULL, help}}
#define WITH(of, name, letter, shows, help) {of, {name, letter, FLAG_VALUE, FLAG_READY, NULL, shows, help}}
#define MAY(of, name, letter, shows, help)  {of, {name, letter, FLAG_MAYBE, FLAG_READY, NULL, shows, help}}
#define SAME(of, name, letter, as)          {of, {name, letter, FLAG_SWITCH, FLAG_READY, as, NULL, NULL}}
#define LATER(of, name, letter, value)      {of, {name, letter, value, FLAG_LATER, NULL, NULL, NULL}}

static const struct { unsigned of; struct flag_spec spec;
} table[] = {
    ON(PM_INSTALL | PM_UPDATE | PM_REMOVE | PM_AUDIT | PM_PRUNE | PM_ADD, "production", 'p',
       "leave devDependencies out"),
    SAME(PM_INSTALL | PM_UPDATE | PM_REMOVE | PM_AUDIT | PM_PRUNE | PM_ADD, "prod", 'P', "production"),
    ON(PM_PM, "prod", 0, "without what only devDependencies need"),
    SAME(PM_PM, "production", 0, "prod"),
    WITH(INSTALLS | PM_AUDIT | PM_PRUNE | PM_LINK, "omit", 0, "<group>",
         "leave out dev, optional or peer; may be given again"),
    ON(PM_INSTALL | PM_ADD, "dev", 'd', "into devDependencies"),
    SAME(PM_INSTALL | PM_ADD, "save-dev", 'D', "dev"),
    SAME(PM_INSTALL | PM_ADD, "development", 0, "dev"),
    ON(PM_UPDATE, "dev", 'd', "devDependencies only"),
    ON(PM_PM, "dev", 'd', "only what devDependencies need"),
    ON(PM_INSTALL | PM_ADD, "optional", 0, "into optionalDependencies"),
    SAME(PM_INSTALL | PM_ADD, "save-optional", 'O', "optional"),
    ON(PM_INSTALL | PM_ADD, "peer", 0, "into peerDependencies"),
    SAME(PM_INSTALL | PM_ADD, "save-peer", 0, "peer"),
    ON(PM_INSTALL | PM_ADD, "save-prod", 0, "into dependencies, also when another group has it"),
    ON(PM_INSTALL | PM_ADD | PM_UPDATE, "exact", 'E', "the exact version instead of a range"),
    SAME(PM_INSTALL | PM_ADD | PM_UPDATE, "save-exact", 0, "exact"),
    ON(PM_INSTALL | PM_ADD, "analyze", 'a', "add what the files that are named import, and package.json lacks"),
    ON(PM_INSTALL | PM_ADD, "only-missing", 0, "only what package.json does not have yet"),
    MAY(PM_INSTALL | PM_ADD, "catalog", 0, "[=name]", "into the root's catalog, and \"catalog:\" here"),
    SAME(PM_INSTALL | PM_ADD, "save-catalog", 0, "catalog"),
    ON(INSTALLS | PM_LINK | PM_PM | PM_X, "trust", 0, "add to trustedDependencies: its scripts run"),
    ON(PM_UPDATE | PM_AUDIT, "latest", 'L', "the latest versions, whatever package.json asks for"),
    ON(PM_UPDATE, "interactive", 'i', "choose from a list, on a terminal"),
    ON(INSTALLS | PM_OUTDATED | PM_PUBLISH, "recursive", 'r', "in all workspaces"),
    SAME(INSTALLS | PM_OUTDATED | PM_PUBLISH, "workspaces", 0, "recursive"),
    ON(PM_UPDATE, "no-optional", 0, "leave optionalDependencies alone"),
    ON(PM_INSTALL, "no-optional", 0, NULL),
    SAME(PM_INSTALL, "ignore-optional", 0, "no-optional"),
    WITH(INSTALLS, "include", 0, "<group>", NULL),
    ON(PM_REMOVE, "save-dev", 'D', NULL),                /* it is taken out of every group */
    ON(PM_REMOVE, "save-optional", 'O', NULL),
    ON(PM_REMOVE, "save-prod", 0, NULL),
    WITH(PM_UPDATE, "depth", 0, "0", "only 0: what is depended on directly"),
    WITH(FILTERS, "filter", 'F', "<pattern>", "workspaces: name, ./path, {folder}, x... ...x, !x"),
    WITH(FILTERS, "workspace", 'w', "<name>", NULL),     /* pnpm's -w, the root, has no value: see take_root_flag */
    ON(FILTERS, "workspace-root", 0, "in the root's package.json"),
    ON(FILTERS, "ignore-workspace-root-check", 'W', NULL),       /* the root is as any other */
    ON(INSTALLS | PM_LINK | PM_PM, "global", 'g', "in the folder of global packages"),
    ON(INSTALLS | PM_PUBLISH | PM_AUDIT | PM_DEDUPE | PM_PRUNE | PM_PM, "dry-run", 0,
       "say what would be done, change nothing"),
    ON(SAVES, "frozen-lockfile", 0, "an error when bun.lock would change"),
    SAME(SAVES, "frozen", 0, "frozen-lockfile"),
    SAME(SAVES, "immutable", 0, "frozen-lockfile"),
    ON(SAVES, "no-frozen-lockfile", 0, "bun.lock may change, whatever the settings say"),
    ON(SAVES, "lockfile-only", 0, "write bun.lock, leave node_modules alone"),
    SAME(SAVES, "package-lock-only", 0, "lockfile-only"),
    ON(SAVES, "no-save", 0, "write neither package.json nor bun.lock"),
    SAME(SAVES, "no-lockfile", 0, "no-save"),
    SAME(PM_INSTALL, "no-package-lock", 0, "no-save"),
    SAME(PM_INSTALL, "no-shrinkwrap", 0, "no-save"),
    SAME(PM_INSTALL, "pure-lockfile", 0, "no-save"),
    ON(SAVES, "save", 'S', "write both (what is done anyway; for link: not unless told)"),
    ON(INSTALLS | PM_LINK | PM_PM | PM_X, "force", 'f', "fetch and link everything anew"),
    ON(NETS, "ignore-scripts", 0, "run no scripts of packages, nor of this project"),
    ON(INSTALLS | PM_LINK, "foreground-scripts", 0, "show scripts of packages as they run, one after the other"),
    WITH(INSTALLS | PM_LINK, "concurrent-scripts", 0, "<number>", "scripts at a time (2 for each processor)"),
    WITH(INSTALLS | PM_LINK | PM_DEDUPE | PM_PRUNE, "linker", 0, "<name>", "hoisted or isolated"),
    SAME(INSTALLS, "node-linker", 0, "linker"),
    SAME(INSTALLS, "install-strategy", 0, "linker"),
    ON(INSTALLS, "shamefully-hoist", 0, NULL),
    SAME(INSTALLS | PM_LINK, "package-import-method", 0, "backend"),
    WITH(INSTALLS | PM_LINK, "backend", 0, "<name>", "hardlink, copyfile, clonefile or symlink"),
    WITH(INSTALLS | PM_PRUNE, "os", 0, "<name>", "packages for this system; * for all"),
    WITH(INSTALLS | PM_PRUNE, "cpu", 0, "<name>", "for this processor"),
    WITH(INSTALLS | PM_PRUNE, "libc", 0, "<name>", "for this C library: glibc or musl"),
    WITH(NETS, "minimum-release-age", 0, "<time>", "nothing younger than so many seconds (or 3d, 12h)"),
    WITH(NETS, "minimum-release-age-excludes", 0, "<names>", "packages that may be younger"),
    WITH(NETS, "registry", 0, "<url>", "ask this registry"),
    WITH(NETS, "network-concurrency", 0, "<number>", "requests at a time (64)"),
    WITH(NETS, "ca", 0, "<pem>", "trust this certificate authority"),
    WITH(NETS, "cafile", 0, "<file>", "trust those of this file"),
    WITH(NETS, "cache-dir", 0, "<folder>", "the folder of what was fetched before"),
    ON(NETS, "no-cache", 0, "do not trust what was answered before"),
    SAME(NETS, "prefer-online", 0, "no-cache"),
    SAME(NETS, "cache", 0, "cache-dir"),
    SAME(NETS, "cache-folder", 0, "cache-dir"),
    SAME(NETS, "userconfig", 0, "config"),
    ON(NETS, "offline", 0, "use what was fetched before, never the network"),
    ON(NETS, "prefer-offline", 0, "use what was fetched before, however old"),
    ON(NETS, "no-verify", 0, "do not check the sums of what is fetched"),
    ON(PM_PATCH, "commit", 0, "make a patch of the folder"),
    WITH(PM_PATCH, "patches-dir", 0, "<folder>", "where the patch goes (patches)"),
    SAME(PM_PATCH, "patch-commit", 0, "commit"),
    WITH(PM_PUBLISH, "access", 0, "<who>", "public or restricted"),
    WITH(PM_PUBLISH, "tag", 0, "<name>", "publish under this tag (latest)"),
    WITH(PM_PUBLISH, "otp", 0, "<code>", "a one-time password"),
    WITH(PM_PUBLISH, "auth-type", 0, "<kind>", "web or legacy"),
    ON(PM_PUBLISH, "tolerate-republish", 0, "no error when this version is there already"),
    MAY(PM_PUBLISH, "provenance", 0, "[=false]", NULL),  /* needs a service that signs: refused, unless turned off */
    ON(PM_PUBLISH, "no-provenance", 0, NULL),
    ON(PM_PUBLISH, "no-git-checks", 0, NULL),            /* nothing of git is looked at */
    WITH(PM_PUBLISH | PM_PM, "gzip-level", 0, "<0 to 9>", "how hard to pack (9)"),
    WITH(PM_PM, "destination", 0, "<folder>", "where the tarball goes"),
    SAME(PM_PM, "pack-destination", 0, "destination"),
    WITH(PM_PM, "filename", 0, "<name>", "the tarball's name"),
    ON(PM_PM, "all", 'a', "all of it, not only what is depended on directly"),
    ON(PM_PM, "trusted", 0, "only those whose scripts may run"),
    ON(PM_PM, "long", 0, "with author, description and homepage"),
    WITH(PM_PM, "max-age", 0, "<days>", "older ones go (30)"),
    WITH(PM_PM, "preid", 0, "<name>", "of prereleases: beta -> 1.0.1-beta.0"),
    WITH(PM_PM, "message", 'm', "<text>", "of the commit; %s is the version"),
    ON(PM_PM, "no-git-tag-version", 0, "neither commit nor tag"),
    ON(PM_PM, "git-tag-version", 0, NULL),
    ON(PM_PM, "allow-same-version", 0, "the version may stay"),
    ON(PM_PM, "stat", 0, "of diff: how many lines of each file"),
    ON(PM_PM, "name-only", 0, "of diff: the names of files"),
    WITH(PM_PM, "unified", 'U', "<number>", "of diff: lines around each change (3)"),
    WITH(PM_PM, "format", 0, "<name>", "cyclonedx or spdx"),
    WITH(PM_PM, "allow", 0, "<licences>", "only these, separated by commas: others are an error"),
    WITH(PM_PM, "deny", 0, "<licences>", "none of these"),
    ON(PM_PM | PM_INFO | PM_AUDIT | PM_OUTDATED, "json", 0, "print JSON"),
    ON(PM_WHY | PM_PM, "top", 0, "only the first step up"),
    WITH(PM_WHY | PM_PM, "depth", 0, "<number>", "so many steps at most"),
    WITH(PM_AUDIT, "audit-level", 0, "<severity>", "low, moderate, high or critical, and above"),
    WITH(PM_AUDIT, "ignore", 0, "<id>", "an advisory by GHSA or number; may be given again"),
    WITH(PM_AUDIT, "database", 0, "<file>", "advisories from a file instead of the registry"),
    ON(PM_DEDUPE | PM_PRUNE, "check", 0, "exit code 1 when there is something to do, and do nothing"),
    WITH(PM_X, "package", 'p', "<name>", "the package that brings the program; may be given again"),
    ON(PM_X, "bun", 'b', "run it by bao instead of node"),
    ON(PM_X, "no-install", 0, "only what is in node_modules already"),
    ON(PM_X, "yes", 'y', NULL),
    ON(ALL, "silent", 0, "print errors only"),
    ON(ALL, "quiet", 'q', "print less; pack: the tarball's name only"),
    ON(ALL, "verbose", 0, "print what scripts of packages print, too"),
    WITH(ALL, "loglevel", 0, "<name>", NULL),
    ON(ALL, "no-progress", 0, "no progress bar"),
    ON(ALL, "no-summary", 0, "no summary"),
    MAY(ALL, "config", 'c', "=<file>", "this instead of the project's bunfig.toml"),
    WITH(ALL, "cwd", 0, "<folder>", "work in this folder"),
    SAME(ALL, "prefix", 0, "cwd"),
    SAME(ALL, "dir", 'C', "cwd"),
    WITH(ALL, "env-file", 0, "<file>", "read this file instead of the .env files"),
    ON(ALL, "no-env-file", 0, "read no .env files"),
    ON(INSTALLS | PM_LINK, "yarn", 'y', "write yarn.lock, too"),
    ON(INSTALLS, "save-text-lockfile", 0, NULL), /* bun.lock is a text anyway */
    /* Of others, and true here anyway: nothing is audited or asked for in an install, conflicts of peers are
     * warnings. */
    ON(INSTALLS | PM_LINK, "no-audit", 0, NULL),
    ON(INSTALLS | PM_LINK, "no-fund", 0, NULL),
    ON(INSTALLS, "legacy-peer-deps", 0, NULL),
    ON(INSTALLS, "no-strict-peer-dependencies", 0, NULL),
    ON(INSTALLS, "auto-install-peers", 0, NULL),
    ON(INSTALLS, "fix-lockfile", 0, NULL),
    ON(INSTALLS, "side-effects-cache", 0, NULL),
    ON(INSTALLS, "install-links", 0, NULL),
    ON(INSTALLS, "ignore-pnpmfile", 0, NULL),
    ON(INSTALLS, "ignore-engines", 0, NULL),             /* a note is all that they are worth */
    ON(INSTALLS, "check-files", 0, NULL),
    ON(INSTALLS, "immutable-cache", 0, NULL),
    ON(INSTALLS, "non-interactive", 0, NULL),
    WITH(NETS, "network-timeout", 0, "<ms>", NULL),      /* of yarn; npm says fetch-timeout */
    SAME(NETS, "fetch-timeout", 0, "network-timeout"),
    WITH(ALL, "reporter", 0, "<name>", NULL),
    ON(PM_AUDIT, "force", 'f', NULL),                    /* of fix: npm's word for --latest */
    ON(INSTALLS, "prefer-frozen-lockfile", 0, NULL),
    /* Authorities are what OpenSSL has, SSL_CERT_FILE and SSL_CERT_DIR included; none are brought along. */
    ON(NETS, "use-system-ca", 0, NULL),
    ON(NETS, "use-openssl-ca", 0, NULL),
    ON(NETS, "use-bundled-ca", 0, NULL),
    ON(INSTALLS, "no-bin-links", 0, "no programs in node_modules/.bin"),
    ON(INSTALLS, "ignore-platform", 0, "packages for all systems, processors and C libraries"),
    ON(INSTALLS, "engine-strict", 0, "a package for another version of Node is an error"),
    ON(INSTALLS, "no-engine-strict", 0, NULL),
    ON(INSTALLS, "strict-peer-deps", 0, "peers that do not fit are an error"),
    SAME(INSTALLS, "strict-peer-dependencies", 0, "strict-peer-deps"),
    /* Bun takes these everywhere; nothing is installed there. */
    ON(TELLS, "production", 'p', NULL), SAME(TELLS, "prod", 'P', "production"), WITH(TELLS, "omit", 0, "<group>", NULL),
    ON(TELLS, "global", 'g', NULL), ON(TELLS & ~PM_PUBLISH, "dry-run", 0, NULL),
    ON(TELLS, "frozen-lockfile", 0, NULL), ON(TELLS, "lockfile-only", 0, NULL), ON(TELLS, "no-save", 0, NULL),
    ON(TELLS, "save", 'S', NULL), ON(TELLS, "force", 'f', NULL), ON(TELLS, "trust", 0, NULL),
    WITH(TELLS, "concurrent-scripts", 0, "", NULL), WITH(TELLS, "linker", 0, "", NULL),
    WITH(TELLS, "backend", 0, "", NULL), WITH(TELLS | PM_LINK, "os", 0, "", NULL),
    WITH(TELLS | PM_LINK, "cpu", 0, "", NULL), WITH(TELLS | PM_LINK, "libc", 0, "", NULL),
    ON(TELLS, "yarn", 'y', NULL), ON(TELLS | PM_LINK, "save-text-lockfile", 0, NULL),
    ON(PM_LINK, "production", 'p', NULL), ON(PM_LINK, "dry-run", 0, NULL),
    ON(PM_CREATE, "force", 'f', "write over files that are there"),
    ON(PM_CREATE, "no-install", 0, "neither dependencies nor the template's tasks"),
    ON(PM_CREATE, "ignore-scripts", 0, "neither the template's tasks nor scripts of packages"),
    ON(PM_CREATE, "no-git", 0, "make no repository"),
    LATER(PM_CREATE, "open", 0, FLAG_SWITCH),
    ON(ALL | PM_CREATE, "help", 'h', "print this"),
};

size_t pm_flags(struct arena *a, enum pm_command which, const struct flag_spec **out) {
    struct flag_spec *list = ARENA_ARRAY(a, struct flag_spec, sizeof table / sizeof *table);
    size_t n = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].of & which) list[n++] = table[i].spec;
    /* An alias takes a value when what it stands for does. */
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; list[i].alias_of && k < n; k++)
            if (strcmp(list[k].name, list[i].alias_of) == 0) list[i].value = list[k].value;
    *out = list;
    return n;
}
