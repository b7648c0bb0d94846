#include "pkg/place.h"
void pkg_places_isolated(struct pkg_places *p) { pkg_places_hoisted(p); }
void pkg_places_isolated_bins(struct pkg_places *p) { pkg_places_hoisted_bins(p); }
