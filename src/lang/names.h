/* lang/names.h: interned identifier names. An id stands for a text: equal texts, equal ids. Reserved words come first
 * (id == token), then words that the parser asks for by name, then those of the file. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* Always reserved: name id == token kind. */
#define NAME_RESERVED(X) \
    X(BREAK, "break") \
    X(CASE, "case") X(CATCH, "catch") X(CLASS, "class") X(CONST, "const") X(CONTINUE, "continue") \
        X(DEBUGGER, "debugger") X(DEFAULT, "default") X(DELETE, "delete") X(DO, "do") X(ELSE, "else") X(ENUM, "enum") \
            X(EXPORT, "export") X(EXTENDS, "extends") X(FALSE, "false") X(FINALLY, "finally") X(FOR, "for") \
                X(FUNCTION, "function") X(IF, "if") X(IMPORT, "import") X(IN, "in") X(INSTANCEOF, "instanceof") \
                    X(NEW, "new") X(NULL, "null") X(RETURN, "return") X(SUPER, "super") X(SWITCH, "switch") \
                        X(THIS, "this") X(THROW, "throw") X(TRUE, "true") X(TRY, "try") X(TYPEOF, "typeof") \
                            X(VAR, "var") X(VOID, "void") X(WHILE, "while") X(WITH, "with")
/* Reserved in strict code (first eight, and yield). The lexer gives T_IDENT for these and for all below. */
#define NAME_KNOWN(X) \
    X(IMPLEMENTS, "implements") \
    X(INTERFACE, "interface") X(LET, "let") X(PACKAGE, "package") X(PRIVATE, "private") X(PROTECTED, "protected") \
        X(PUBLIC, "public") X(STATIC, "static") X(YIELD, "yield") X(AWAIT, "await") X(ASYNC, "async") X(OF, "of") \
            X(GET, "get") X(SET, "set") X(EVAL, "eval") X(ARGUMENTS, "arguments") X(FROM, "from") X(AS, "as") \
                X(META, "meta") X(TARGET, "target") X(DEFER, "defer") X(SOURCE, "source") X(USING, "using") \
                    X(ACCESSOR, "accessor") X(CONSTRUCTOR, "constructor") X(PROTOTYPE, "prototype") \
                        X(PROTO, "__proto__") X(UNDEFINED, "undefined") X(TYPE, "type") X(NAMESPACE, "namespace") \
                            X(MODULE, "module") X(DECLARE, "declare") X(ABSTRACT, "abstract") X(READONLY, "readonly") \
                                X(OVERRIDE, "override") X(SATISFIES, "satisfies") X(KEYOF, "keyof") \
                                    X(UNIQUE, "unique") X(INFER, "infer") X(IS, "is") X(ASSERTS, "asserts") \
                                        X(OUT, "out") X(GLOBAL, "global") X(REQUIRE, "require") X(ANY, "any") \
                                            X(UNKNOWN, "unknown") X(NEVER, "never") X(NUMBER, "number") \
                                                X(STRING, "string") X(BOOLEAN, "boolean") X(BIGINT, "bigint") \
                                                    X(SYMBOL, "symbol") X(OBJECT, "object") X(EXPORTS, "exports") \
                                                        X(WITH_ASSERT, "assert") X(HASH_CONSTRUCTOR, "#constructor") \
                                                            X(INTRINSIC, "intrinsic") X(STACK, "stack") X(EMPTY, "")

enum name_id {
    NAME_NONE,
#define X(id, text) NAME_RESERVED_##id,
    NAME_RESERVED(X)
#undef X
    NAME_RESERVED_END,
    NAME_BEFORE_KNOWN = NAME_RESERVED_END - 1,
#define X(id, text) NAME_##id,
    NAME_KNOWN(X)
#undef X
    NAME_FIRST_FREE
};

struct name {
    const char *at;                     /* borrowed from the source, or in the tree's arena when it had escapes */
    uint32_t len, hash;
    uint32_t symbol;                    /* parser and binder: the binding of the moment */
};
struct names {
    struct name *at;
    uint32_t len, cap;
    uint64_t *slots;                    /* hash << 32 | id, open addressing; a power of two of them */
    uint32_t mask;
};

void name_init(struct names *n, size_t source_len);       /* also for reuse */
void name_free(struct names *n);
uint32_t name_intern(struct names *n, const char *at, size_t len);   /* `at` must outlive the table when it is new */
/* 0 = the file does not contain this name (as identifier, property or key) */
uint32_t name_find(const struct names *n, str text);
static inline str name_text(const struct names *n, uint32_t id) { return str_of(n->at[id].at, n->at[id].len); }
