/* lang/ast_same.h: do two trees say the same? For what holds the printer to its word: tools/langtool, fuzz/print. */
#pragma once
#include "lang/ast.h"

/* But for parentheses and types. *at: a place in t's source from where on they do not. */
bool ast_same(const struct tree *t, nid i, const struct tree *u, nid k, uint32_t *at);
