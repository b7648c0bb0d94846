/* data/spdx.h: licence expressions of SPDX (specification 2.3, annex D): "MIT", "(MIT OR Apache-2.0)", "GPL-2.0-only
 * WITH Classpath-exception-2.0". Pure. */
#pragma once
#include "base/str.h"

bool spdx_is_id(str text);        /* of the SPDX list, also a deprecated one; in the list's own spelling */
bool spdx_is_expression(str text);                       /* well-formed; its names are of the list, or LicenseRef-... */

/* Does `allows(user, id)` hold for a choice that the expression permits: OR needs one, AND both? `id` is one name, with
 * its "+" or its " WITH ..." left out. False when it is no expression. */
bool spdx_satisfies(str expression, bool (*allows)(void *user, str id), void *user);
