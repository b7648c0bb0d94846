/* pkg/npmrc.h: the settings of .npmrc files and npm_config_ variables, and what follows from them: the registry of a
 package,
 * the credentials of a URL, proxies. Pure: the caller reads files and environment,
 weakest first; what is added later wins. */
#pragma once
#include "base/arena.h"
#include "base/map.h"

struct diag;

typedef bool (*pkg_npmrc_var)(void *user, str name, str *value);    /* a variable of the environment; false = unset */

struct pkg_npmrc {
    struct arena *arena;
    struct map values;              /* key -> struct pkg_npmrc_value */
    pkg_npmrc_var var;
    void *user;
};
struct pkg_npmrc_value { str *at; size_t count; };                      /* more than one for key[] */

void pkg_npmrc_init(struct pkg_npmrc *c, struct arena *a, pkg_npmrc_var var, void *user);
void pkg_npmrc_done(struct pkg_npmrc *c);

/* One file. ${VAR} is replaced, an unset one stays as it is written; ${VAR?} is empty when unset. Credentials that name
 * no host are refused with a warning: they would go to whatever registry another file chooses. */
void pkg_npmrc_add(struct pkg_npmrc *c, str source, str file, struct diag *d);
/* npm_config_save_exact=true (any case, also NPM_CONFIG_). false: it is no such variable, and nothing was done. */
bool pkg_npmrc_add_var(struct pkg_npmrc *c, str name, str value);
void pkg_npmrc_set(struct pkg_npmrc *c, str key, str value);

const struct pkg_npmrc_value *pkg_npmrc_all(const struct pkg_npmrc *c, str key);     /* NULL when it is not set */
str pkg_npmrc_get(const struct pkg_npmrc *c, str key);                  /* the last value; empty when it is not set */
/* "true" and "" are yes; "false", "null" and "0" are no */
bool pkg_npmrc_is(const struct pkg_npmrc *c, str key, bool otherwise);

/* Where `package` ("x", "@scope/x") is looked for, with a slash at the end: its scope's, else `registry`, else
 * `otherwise`. */
str pkg_npmrc_registry(const struct pkg_npmrc *c, str package, str otherwise);

/* Value of the Authorization header for an http(s) URL: "Bearer ...", "Basic ...", or empty. Those of the longest path
 * that begins the URL's path, on the same host and port; a token goes before _auth, and that before username and
 * _password. */
str pkg_npmrc_authorization(const struct pkg_npmrc *c, struct arena *a, str url);

/* The proxy's URL for a URL, or empty: https-proxy or proxy (or the environment's HTTPS_PROXY, HTTP_PROXY), unless
 * noproxy (NO_PROXY) names the host or a domain that it is in. */
str pkg_npmrc_proxy(const struct pkg_npmrc *c, struct arena *a, str url);

/* PEM text of `ca` (with \n written out as npm writes it), all of them in a row; empty when not set. `cafile` is a path
 * that the caller reads. Per-host settings such as //host/:certfile are read by their key. */
str pkg_npmrc_ca(const struct pkg_npmrc *c, struct arena *a);
