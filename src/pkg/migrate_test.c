/* pkg/migrate_test.c: who gets what, as npm, yarn and pnpm locked it. */
#include "pkg/migrate.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/test.h"
#include "data/json.h"
#include "pkg/project.h"

struct fixture {
    struct arena a;
    struct diag d;
    struct pkg_project project;
    struct pkg_migration out;
    bool ok;
};

/* Members are "path=package.json" pairs; the root's path is empty. */
static void member(struct fixture *f, const char *path, const char *json) {
    struct pkg_project *p = &f->project;
    p->members = arena_grow(&f->a, p->members, p->count * sizeof *p->members, (p->count + 1) * sizeof *p->members);
    struct pkg_member *m = &p->members[p->count++];
    *m = (struct pkg_member){.path = str_c(path), .source = str_c(json)};
    CHECK(pkg_manifest_read(&f->a, m->source, STR("package.json"), &f->d, &m->manifest));
}
static void migrate(struct fixture *f, const char *file, const char *text) {
    f->ok = pkg_migrate_read(&f->a, &f->project, str_c(file), str_c(text), &f->d, &f->out);
}
static void done(struct fixture *f) {
    diag_free(&f->d);
    arena_free(&f->a);
}

static void add_package(struct buf *b, const struct pkg_package *p) {
    static const char *const sources[] = {"", "", "workspace:", "file:", "link:", "", "tgz:", "", "github:"};
    buf_print(b, "%.*s@%s%.*s%s%.*s", STR_FMT(p->name), sources[p->source],
              STR_FMT(p->source == PKG_NPM ? p->version : p->place), p->commit.len ? "#" : "", STR_FMT(p->commit));
}

/* "name@1.0.0 -> dep@2.0.0, ?optional@1.0.0, ^peer@none" */
static str shape(struct fixture *f, const char *name, const char *version) {
    struct buf b = {0};
    const struct pkg_lock *l = &f->out.lock;
    for (size_t i = 0; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        if (!str_is(p->name, name) || (version && !str_is(p->version, version))) continue;
        add_package(&b, p);
        for (size_t k = 0; k < p->n_edges; k++) {
            const struct pkg_edge *e = &p->edges[k];
            static const char *const signs[PKG_GROUPS] = {
                [PKG_DEPENDENCIES] = "", [PKG_DEV] = "+", [PKG_OPTIONAL] = "?", [PKG_PEER] = "^"};
            buf_print(&b, "%s%s%s", k ? ", " : " -> ", signs[e->group], e->is_bundled ? "!" : "");
            if (e->to == PKG_NONE) buf_print(&b, "%.*s@none", STR_FMT(e->name));
            else add_package(&b, &l->packages[e->to]);
        }
        break;
    }
    str made = arena_str(&f->a, buf_view(&b));
    buf_free(&b);
    return made;
}

#define NPM_URL(name, version) "\"resolved\":\"https://registry.example.test/" name "/-/" name "-" version ".tgz\""

TEST(migrate_npm_resolves_by_folders) {
    struct fixture f = {0};
    member(
        &f, "",
        "{\"name\":\"root\",\"workspaces\":[\"packages/*\"],\"dependencies\":{\"x\":\"^1.0.0\",\"al\":\"npm:real@^1.0.0\"}}");
    member(&f, "packages/a",
           "{\"name\":\"a\",\"version\":\"1.0.0\",\"dependencies\":{\"dup\":\"^2.0.0\",\"b\":\"*\"}}");
    member(&f, "packages/b", "{\"name\":\"b\",\"version\":\"2.0.0\",\"devDependencies\":{\"dup\":\"^1.0.0\"},"
        "\"peerDependencies\":{\"x\":\"*\",\"none\":\"*\"}}");
    migrate(
        &f, "package-lock.json",
        "{\"lockfileVersion\":3,\"packages\":{"
        "\"\":{\"dependencies\":{\"x\":\"^1.0.0\",\"al\":\"npm:real@^1.0.0\"}},"
        "\"packages/a\":{\"version\":\"1.0.0\",\"dependencies\":{\"dup\":\"^2.0.0\",\"b\":\"*\"}},"
        "\"packages/b\":{\"version\":\"2.0.0\",\"devDependencies\":{\"dup\":\"^1.0.0\"},\"peerDependencies\":{\"x\":\"*\","
        "\"none\":\"*\"}},"
        "\"node_modules/a\":{\"resolved\":\"packages/a\",\"link\":true},\"node_modules/b\":{\"resolved\":\"packages/b\",\"link\":true},"
        "\"node_modules/x\":{\"version\":\"1.2.0\"," NPM_URL(
            "x",
            "1.2.0") ",\"integrity\":\"sha1-aa sha512-bb\",\"bin\":{"
                     "\"x\":\"x.js\"},"
                     "\"dependencies\":{\"dup\":\"^1.0.0\",\"inner\":\"1\"},\"bundleDependencies\":[\"inner\"],\"optionalDependencies\":{"
                     "\"gone\":\"1\"}},"
                     "\"node_modules/x/node_modules/inner\":{\"version\":\"1.0.0\",\"inBundle\":true},"
                     "\"node_modules/al\":{\"name\":\"real\",\"version\":\"1.5.0\"," NPM_URL(
                         "real",
                         "1.5.0") ",\"os\":[\"linux\"],"
                                  "\"hasInstallScript\":true},"
                                  "\"node_modules/dup\":{\"version\":\"1.0.0\"," NPM_URL(
                                      "dup", "1.0.0") "},"
                                                      "\"packages/a/node_modules/dup\":{\"version\":\"2.0.0\"," NPM_URL(
                                                          "dup", "2.0.0") "}}}");
    CHECK(f.ok);
    CHECK_STR(shape(&f, "root", NULL), STR("root@ -> x@1.2.0, real@1.5.0"));
    CHECK_STR(shape(&f, "a", NULL), STR("a@workspace:packages/a -> dup@2.0.0, b@workspace:packages/b"));
    CHECK_STR(shape(&f, "b", NULL), STR("b@workspace:packages/b -> ^x@1.2.0, ^none@none, +dup@1.0.0"));
    CHECK_STR(shape(&f, "x", NULL), STR("x@1.2.0 -> dup@1.0.0, !inner@1.0.0, ?gone@none"));
    const struct pkg_package *x = NULL;
    for (size_t i = 0; i < f.out.lock.n_packages; i++)
        if (str_is(f.out.lock.packages[i].name, "x")) x = &f.out.lock.packages[i];
    CHECK_STR(x->integrity, STR("sha512-bb"));
    CHECK_STR(x->place, STR("https://registry.example.test/x/-/x-1.2.0.tgz"));
    CHECK(x->n_bins == 1 && !x->bins[0].name.len);
    CHECK_INT(f.out.lock.config_version, 0);
    done(&f);
}

TEST(migrate_npm_knows_where_things_come_from) {
    struct fixture f = {0};
    member(
        &f, "",
        "{\"name\":\"root\",\"dependencies\":{\"gh\":\"user/repo\",\"gs\":\"git+ssh://git@host.example.test/u/r.git#v1\","
        "\"tb\":\"https://x.example.test/tb-1.0.0.tgz\",\"tf\":\"file:./vendor/tf.tgz\",\"loc\":\"file:vendor/loc\","
        "\"lnk\":\"link:../out\"}}");
    migrate(
        &f, "npm-shrinkwrap.json",
        "{\"lockfileVersion\":2,\"packages\":{\"\":{},"
        "\"vendor/loc\":{\"name\":\"loc\",\"version\":\"1.0.0\",\"dependencies\":{\"tb\":\"*\"}},"
        "\"node_modules/loc\":{\"resolved\":\"vendor/loc\",\"link\":true},\"node_modules/lnk\":{\"resolved\":\"../out\",\"link\":true},"
        "\"node_modules/gh\":{\"version\":\"1.0.0\",\"resolved\":"
        "\"git+ssh://git@github.com/user/repo.git#0123456789012345678901234567890123456789\"},"
        "\"node_modules/gs\":{\"version\":\"1.0.0\",\"resolved\":\"git+ssh://git@host.example.test/u/r.git#abcdef\"},"
        "\"node_modules/tb\":{\"version\":\"1.0.0\",\"resolved\":\"https://x.example.test/tb-1.0.0.tgz\"},"
        "\"node_modules/tf\":{\"version\":\"1.0.0\",\"resolved\":\"file:vendor/tf.tgz\"}}}");
    CHECK(f.ok);
    CHECK_STR(shape(&f, "root", NULL), STR("root@"));       /* the lockfile says what it was made for */
    CHECK_STR(shape(&f, "gh", NULL), STR("gh@github:user/repo#0123456789012345678901234567890123456789"));
    CHECK_STR(shape(&f, "gs", NULL), STR("gs@git+ssh://git@host.example.test/u/r.git#abcdef"));
    CHECK_STR(shape(&f, "tb", NULL), STR("tb@https://x.example.test/tb-1.0.0.tgz"));
    CHECK_STR(shape(&f, "tf", NULL), STR("tf@tgz:vendor/tf.tgz"));
    CHECK_STR(shape(&f, "loc", NULL), STR("loc@file:vendor/loc -> tb@https://x.example.test/tb-1.0.0.tgz"));
    CHECK_STR(shape(&f, "lnk", NULL), STR("lnk@link:../out"));
    done(&f);
}

TEST(migrate_npm_reads_the_first_version) {
    struct fixture f = {0};
    member(
        &f, "",
        "{\"name\":\"root\",\"dependencies\":{\"x\":\"^1.0.0\",\"al\":\"npm:real@1\"},\"devDependencies\":{\"y\":\"1\"}}");
    member(&f, "w", "{\"name\":\"@s/w\",\"version\":\"1.0.0\",\"dependencies\":{\"y\":\"^3.0.0\"}}");
    migrate(
        &f, "package-lock.json",
        "{\"lockfileVersion\":1,\"dependencies\":{"
        "\"@s/w\":{\"version\":\"file:w\",\"requires\":{\"y\":\"^3.0.0\"},\"dependencies\":{\"y\":{\"version\":\"3.0.0\"}}},"
        "\"x\":{\"version\":\"1.2.0\",\"requires\":{\"y\":\"^2.0.0\"},\"dependencies\":{\"y\":{\"version\":\"2.0.0\","
        "\"requires\":{\"z\":\"1\"}}}},"
        "\"y\":{\"version\":\"1.0.0\",\"dev\":true},\"z\":{\"version\":\"1.1.0\"},\"al\":{\"version\":\"npm:real@1.5.0\"}}}");
    CHECK(f.ok);
    CHECK_STR(shape(&f, "root", NULL), STR("root@ -> x@1.2.0, real@1.5.0, +y@1.0.0"));
    CHECK_STR(shape(&f, "x", NULL), STR("x@1.2.0 -> y@2.0.0"));
    CHECK_STR(shape(&f, "y", "2.0.0"), STR("y@2.0.0 -> z@1.1.0"));
    CHECK_STR(shape(&f, "@s/w", NULL), STR("@s/w@workspace:w -> y@3.0.0"));
    /* the rest is the registry's to say */
    for (pkg_id i = 0; i < f.out.lock.n_packages; i++)
        CHECK(f.out.is_partial[i] == (f.out.lock.packages[i].source == PKG_NPM));
    for (pkg_id i = 0; i < f.out.lock.n_packages; i++)
        if (str_is(f.out.lock.packages[i].name, "x"))
            pkg_migration_fill(
                &f.out, i,
                json_parse(
                    &f.a,
                    STR("{\"dependencies\":{\"y\":\"^2.0.0\"},\"peerDependencies\":{\"p\":\"*\"},"
                        "\"bin\":\"x.js\",\"cpu\":[\"x64\"],\"scripts\":{\"install\":\"i\"},\"dist\":{\"integrity\":\"sha512-cc\"}"
                        "}"),
                    JSON_STRICT, NULL, STR("")));
    CHECK_STR(shape(&f, "x", NULL), STR("x@1.2.0 -> y@2.0.0, ^p@none"));
    done(&f);
}

TEST(migrate_yarn_resolves_by_patterns) {
    struct fixture f = {0};
    member(
        &f, "",
        "{\"name\":\"root\",\"workspaces\":[\"w\"],\"resolutions\":{\"forced\":\"3.0.0\"},\"dependencies\":{"
        "\"x\":\"^1.0.0\",\"@s/y\":\"~2\","
        "\"al\":\"npm:real@1\",\"gh\":\"user/repo\",\"loc\":\"file:./loc\",\"forced\":\"^2.0.0\"},\"optionalDependencies\":{"
        "\"gone\":\"1\"}}");
    member(
        &f, "w",
        "{\"name\":\"w\",\"version\":\"1.0.0\",\"dependencies\":{\"x\":\"^1.1.0\"},\"peerDependencies\":{\"@s/y\":\">=1\"}}");
    migrate(
        &f, "yarn.lock",
        "# yarn lockfile v1\n\n\n\"@s/y@~2\":\n  version \"2.0.1\"\n"
        "  resolved \"https://registry.example.test/@s/y/-/y-2.0.1.tgz#0123456789012345678901234567890123456789\"\n"
        "  dependencies:\n    x \"^1.0.0\"\n    \"@s/z\" \"1 || 2\"\n  optionalDependencies:\n    gone \"1\"\n\n"
        "\"@s/z@1 || 2\":\n  version \"2.2.2\"\n\n\"al@npm:real@1\":\n  version \"1.5.0\"\n\nforced@3.0.0:\n  version \"3.0.0\"\n\n"
        "gh@user/repo:\n  version \"1.0.0\"\n  resolved \"https://codeload.github.com/user/repo/tar.gz/abcdef\"\n\n"
        "\"loc@file:./loc\":\n  version \"1.0.0\"\r\n\nx@^1.0.0, x@^1.1.0:\n  version \"1.2.0\"\n  integrity sha512-dd==\n");
    CHECK(f.ok);
    CHECK_STR(shape(&f, "root", NULL),
              STR("root@ -> x@1.2.0, @s/y@2.0.1, real@1.5.0, gh@github:user/repo#abcdef, loc@file:loc, "
                  "forced@3.0.0, ?gone@none"));
    CHECK_STR(shape(&f, "w", NULL), STR("w@workspace:w -> x@1.2.0, ^@s/y@2.0.1"));
    CHECK_STR(shape(&f, "@s/y", NULL), STR("@s/y@2.0.1 -> x@1.2.0, @s/z@2.2.2, ?gone@none"));
    CHECK_INT(f.out.warnings.count, 0);
    done(&f);
}

TEST(migrate_yarn_tells_what_the_lockfile_lacks) {
    struct fixture f = {0};
    member(&f, "", "{\"name\":\"root\",\"dependencies\":{\"x\":\"^1.0.0\",\"new\":\"^2.0.0\"}}");
    migrate(&f, "yarn.lock", "x@^1.0.0:\n  version \"1.2.0\"\n");
    CHECK(f.ok && f.out.warnings.count == 1);
    CHECK_STR(f.out.warnings.at[0], STR("yarn.lock is older than package.json: it has no new@^2.0.0"));
    done(&f);
}

TEST(migrate_berry_resolves_by_descriptors) {
    struct fixture f = {0};
    member(&f, "",
           "{\"name\":\"root\",\"workspaces\":[\"w\"],\"dependencies\":{\"x\":\"^1.0.0\",\"al\":\"npm:real@^1.0.0\","
           "\"w\":\"workspace:*\",\"ts\":\"~5.0.0\"}}");
    member(&f, "w", "{\"name\":\"w\",\"version\":\"1.0.0\",\"dependencies\":{\"x\":\"^1.1.0\"}}");
    migrate(
        &f, "yarn.lock",
        "__metadata:\n  version: 8\n\n\"al@npm:real@^1.0.0\":\n  version: 1.5.0\n"
        "  resolution: \"real@npm:1.5.0\"\n  linkType: hard\n\n"
        "\"root@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"root@workspace:.\"\n  linkType: soft\n\n"
        "\"w@workspace:*, w@workspace:w\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:w\"\n  linkType: soft\n\n"
        "\"ts@npm:~5.0.0\":\n  version: 5.0.4\n  resolution: \"ts@npm:5.0.4\"\n\n"
        "\"ts@patch:ts@npm%3A~5.0.0#optional!builtin<compat/typescript>\":\n  version: 5.0.4\n"
        "  resolution: \"ts@patch:ts@npm%3A5.0.4#optional!builtin<compat/typescript>::version=5.0.4&hash=1\"\n\n"
        "\"x@npm:^1.0.0, x@npm:^1.1.0\":\n  version: 1.2.0\n  resolution: \"x@npm:1.2.0\"\n  dependencies:\n"
        "    real: \"npm:^1.0.0\"\n    g: \"https://github.com/user/repo.git\"\n"
        "  dependenciesMeta:\n    real:\n      optional: true\n  peerDependencies:\n    p: \"*\"\n  peerDependenciesMeta:\n"
        "    p:\n      optional: true\n\n"
        "\"real@npm:^1.0.0\":\n  version: 1.6.0\n  resolution: \"real@npm:1.6.0\"\n\n"
        "\"g@https://github.com/user/repo.git\":\n  version: 1.0.0\n"
        "  resolution: \"g@https://github.com/user/repo.git#commit=abcdef\"\n");
    CHECK(f.ok);
    CHECK_STR(shape(&f, "root", NULL), STR("root@ -> x@1.2.0, real@1.5.0, w@workspace:w, ts@5.0.4"));
    CHECK_STR(shape(&f, "x", NULL), STR("x@1.2.0 -> ?real@1.6.0, g@github:user/repo#abcdef, ^p@none"));
    done(&f);
}

TEST(migrate_pnpm_reads_every_version) {
    static const char *const texts[] = {
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      x:\n        specifier: ^1.0.0\n"
        "        version: 1.2.0(p@2.0.0)\n"
        "      al:\n        specifier: npm:real@^1.0.0\n        version: real@1.5.0\n  w:\n    dependencies:\n      root:\n"
        "        specifier: workspace:*\n        version: link:..\n"
        "packages:\n  '@s/y@1.0.0':\n    resolution: {integrity: sha512-aa}\n  x@1.2.0:\n"
        "    resolution: {integrity: sha512-bb}\n    peerDependencies:\n      p: '>=2'\n"
        "  p@2.0.0:\n    resolution: {integrity: sha512-cc}\n  real@1.5.0:\n    resolution: {integrity: sha512-dd}\n    os: [linux]\n"
        "snapshots:\n  '@s/y@1.0.0': {}\n  x@1.2.0(p@2.0.0):\n    dependencies:\n      '@s/y': 1.0.0\n      p: 2.0.0\n"
        "    optionalDependencies:\n      real: 1.5.0\n  p@2.0.0: {}\n  real@1.5.0: {}\n",
        "lockfileVersion: '6.0'\nimporters:\n  .:\n    dependencies:\n      x:\n        specifier: ^1.0.0\n"
        "        version: 1.2.0(p@2.0.0)\n"
        "      al:\n        specifier: npm:real@^1.0.0\n        version: /real@1.5.0\n  w:\n    dependencies:\n      root:\n"
        "        specifier: workspace:*\n        version: link:..\n"
        "packages:\n  /@s/y@1.0.0:\n    resolution: {integrity: sha512-aa}\n  /x@1.2.0(p@2.0.0):\n"
        "    resolution: {integrity: sha512-bb}\n    peerDependencies:\n      p: '>=2'\n"
        "    dependencies:\n      '@s/y': 1.0.0\n      p: 2.0.0\n    optionalDependencies:\n      real: 1.5.0\n  /p@2.0.0:\n"
        "    resolution: {integrity: sha512-cc}\n  /real@1.5.0:\n    resolution: {integrity: sha512-dd}\n",
        "lockfileVersion: 5.4\nimporters:\n  .:\n    specifiers:\n      x: ^1.0.0\n      al: npm:real@^1.0.0\n"
        "    dependencies:\n      x: 1.2.0_p@2.0.0\n      al: /real/1.5.0\n"
        "  w:\n    specifiers:\n      root: workspace:*\n    dependencies:\n      root: link:..\n"
        "packages:\n  /@s/y/1.0.0:\n    resolution: {integrity: sha512-aa}\n  /x/1.2.0_p@2.0.0:\n"
        "    resolution: {integrity: sha512-bb}\n    peerDependencies:\n      p: '>=2'\n"
        "    dependencies:\n      '@s/y': 1.0.0\n      p: 2.0.0\n    optionalDependencies:\n      real: 1.5.0\n  /p/2.0.0:\n"
        "    resolution: {integrity: sha512-cc}\n  /real/1.5.0:\n    resolution: {integrity: sha512-dd}\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fixture f = {0};
        member(
            &f, "",
            "{\"name\":\"root\",\"workspaces\":[\"w\"],\"dependencies\":{\"x\":\"^1.0.0\",\"al\":\"npm:real@^1.0.0\"}}");
        member(&f, "w", "{\"name\":\"w\",\"version\":\"1.0.0\",\"dependencies\":{\"root\":\"workspace:*\"}}");
        migrate(&f, "pnpm-lock.yaml", texts[i]);
        CHECK(f.ok);
        CHECK_STR(shape(&f, "root", NULL), STR("root@ -> x@1.2.0, real@1.5.0"));
        CHECK_STR(shape(&f, "w", NULL), STR("w@workspace:w -> root@"));
        CHECK_STR(shape(&f, "x", NULL), STR("x@1.2.0 -> ^p@2.0.0, @s/y@1.0.0, ?real@1.5.0"));
        CHECK_INT(f.out.lock.config_version, 1);
        done(&f);
    }
}

TEST(migrate_pnpm_knows_where_things_come_from) {
    struct fixture f = {0};
    member(
        &f, "",
        "{\"name\":\"root\",\"dependencies\":{\"r\":\"github:user/repo\","
        "\"t\":\"https://x.example.test/t-1.0.0.tgz\",\"loc\":\"file:loc\",\"g\":\"git+ssh://git@host.example.test/u/g.git\"}}");
    migrate(
        &f, "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n"
        "      r: {specifier: 'github:user/repo', version: 'https://codeload.github.com/user/repo/tar.gz/abcdef'}\n"
        "      t: {specifier: 'https://x.example.test/t-1.0.0.tgz', version: 'https://x.example.test/t-1.0.0.tgz'}\n"
        "      loc: {specifier: 'file:loc', version: 'file:loc'}\n"
        "      g: {specifier: 'git+ssh://git@host.example.test/u/g.git', version: 'git+ssh://git@host.example.test/u/g.git#123456'}\n"
        "packages:\n  r@https://codeload.github.com/user/repo/tar.gz/abcdef:\n"
        "    resolution: {tarball: 'https://codeload.github.com/user/repo/tar.gz/abcdef'}\n    version: 1.0.0\n"
        "  t@https://x.example.test/t-1.0.0.tgz:\n    resolution: {integrity: sha512-aa, tarball: "
        "'https://x.example.test/t-1.0.0.tgz'}\n    version: 1.0.0\n"
        "  loc@file:loc:\n    resolution: {directory: loc, type: directory}\n"
        "  g@git+ssh://git@host.example.test/u/g.git#123456:\n"
        "    resolution: {commit: '123456', repo: 'ssh://git@host.example.test/u/g.git', type: git}\n    version: 1.0.0\n");
    CHECK(f.ok);
    CHECK_STR(shape(&f, "root", NULL), STR("root@ -> r@github:user/repo#abcdef, t@https://x.example.test/t-1.0.0.tgz, "
        "loc@file:loc, g@git+ssh://git@host.example.test/u/g.git#123456"));
    done(&f);
}

TEST(migrate_refuses_what_it_cannot_keep) {
    static const struct { const char *file, *text, *id;
    } cases[] = {
        {"package-lock.json", "{", "json-end"},
        {"package-lock.json", "[]", "migrate-object"},
        {"package-lock.json", "{\"lockfileVersion\":5,\"packages\":{}}", "migrate-version"},
        {"package-lock.json", "{\"lockfileVersion\":3,\"packages\":{\"node_modules/x\":{}}}", "migrate-version"},
        {"package-lock.json", "{\"lockfileVersion\":3,\"packages\":{\"node_modules/../x\":{\"version\":\"1.0.0\"}}}",
         "migrate-name"},
        {"package-lock.json",
         "{\"lockfileVersion\":3,\"packages\":{\"node_modules/x\":{\"version\":\"1.0.0\","
         "\"resolved\":\"what\"}}}",
         "migrate-resolved"},
        {"yarn.lock", "<<<<<<< HEAD\n", "migrate-yarn"},
        {"yarn.lock",
         "x@1\n"
         "  version \"1\"\n",
         "migrate-yarn"},
        {"yarn.lock", "x@1:\n  resolved \"\n", NULL},
        {"yarn.lock",
         "__metadata:\n  version: 8\n\"x@patch:x#./a.patch\":\n  version: 1.0.0\n"
         "  resolution: \"x@patch:x#./a.patch\"\n",
         "migrate-resolved"},
        {"yarn.lock", "__metadata:\n  version: 8\n\"x@workspace:y\":\n  resolution: \"x@workspace:y\"\n",
         "migrate-workspace"},
        {"pnpm-lock.yaml", "[]", "migrate-object"},
        {"pnpm-lock.yaml", "lockfileVersion: 4", "migrate-version"},
        {"pnpm-lock.yaml", "lockfileVersion: '10.0'", "migrate-version"},
        {"pnpm-lock.yaml",
         "lockfileVersion: '9.0'\nimporters:\n"
         "  nowhere: {}\n",
         "migrate-workspace"},
        {"pnpm-lock.yaml", "a: b: c", "yaml-nested"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f = {0};
        member(&f, "", "{\"name\":\"root\"}");
        migrate(&f, cases[i].file, cases[i].text);
        CHECK(!f.ok && f.d.n_errors > 0);
        if (cases[i].id) CHECK_STR(str_c(f.d.first->id), str_c(cases[i].id));
        done(&f);
    }
}
