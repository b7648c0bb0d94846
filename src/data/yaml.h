/* data/yaml.h: YAML 1.2.2 -> the tree of data/json.h, by the core schema. Mappings are objects whose keys are texts, as
 * JavaScript would make them of the key's value; of two equal keys the last counts; "<<" merges. Infinities and NaN are
 * numbers. Several documents are an array of them; none is null. */
#pragma once
#include "data/json.h"

/* NULL after adding one error to `d` (which may be NULL) about `file`. Texts borrow from `source` or live in `a`.
 * In the place of each alias is a copy; a node that contains itself and more than a million copies are errors. */
struct json *yaml_parse(struct arena *a, str source, struct diag *d, str file);

/* The same, but an alias of a collection is one in the tree, too (see json_is_alias). */
struct json *yaml_read(struct arena *a, str source, struct diag *d, str file);
