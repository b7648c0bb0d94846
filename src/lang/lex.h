/* lang/lex.h: tokens of ECMAScript, TypeScript and JSX; and the values behind literal texts. */
#pragma once
#include "base/buf.h"
#include "lang/names.h"

#define TOKENS(X) \
    X(END, "the end of the file") \
    X(IDENT, "identifier") X(ESCAPED_WORD, "keyword with escapes") X(PRIVATE_NAME, "private name") X(NUMBER, "number") \
        X(BIGINT, "bigint") X(STRING, "string") X(TEMPLATE, "template") /* whole */ \
        X(TEMPLATE_HEAD, "template") /* up to ${ */ X(REGEXP, "regular expression") X(LBRACE, "{") X(RBRACE, "}") \
            X(LPAREN, "(") X(RPAREN, ")") X(LBRACKET, "[") X(RBRACKET, "]") X(DOT, ".") X(DOTS, "...") \
                X(SEMICOLON, ";") X(COMMA, ",") X(QUESTION, "?") X(QUESTION_DOT, "?.") X(COLON, ":") X(ARROW, "=>") \
                    X(AT, "@") X(HASH, "#") X(TILDE, "~") X(NOT, "!") X(INC, "++") X(DEC, "--") X(NULLISH, "??") \
                        X(OR, "||") X(AND, "&&") X(BIT_OR, "|") X(BIT_XOR, "^") X(BIT_AND, "&") X(EQ, "==") \
                            X(NE, "!=") X(EQ_STRICT, "===") X(NE_STRICT, "!==") X(LT, "<") X(GT, ">") X(LE, "<=") \
                                X(GE, ">=") X(SHL, "<<") X(SHR, ">>") X(USHR, ">>>") X(PLUS, "+") X(MINUS, "-") \
                                    X(STAR, "*") X(SLASH, "/") X(PERCENT, "%") X(POW, "**") X(ASSIGN, "=") \
                                        X(ASSIGN_ADD, "+=") X(ASSIGN_SUB, "-=") X(ASSIGN_MUL, "*=") \
                                            X(ASSIGN_DIV, "/=") X(ASSIGN_MOD, "%=") X(ASSIGN_POW, "**=") \
                                                X(ASSIGN_SHL, "<<=") X(ASSIGN_SHR, ">>=") X(ASSIGN_USHR, ">>>=") \
                                                    X(ASSIGN_AND, "&=") X(ASSIGN_OR, "|=") X(ASSIGN_XOR, "^=") \
                                                        X(ASSIGN_LOGICAL_AND, "&&=") X(ASSIGN_LOGICAL_OR, "||=") \
                                                            X(ASSIGN_NULLISH, "?\?=")

enum token {                            /* reserved words have the number of their name (lang/names.h) */
    T_NONE,
#define X(id, text) T_##id,
    NAME_RESERVED(X)
    TOKENS(X)
#undef X
    T_COUNT
};
extern const char *const lex_token_text[T_COUNT];       /* "=>", "identifier", "while" */

/* The values of literals. Each adds UTF-8 to `out`; lone surrogates become three bytes (WTF-8). The text must have
 * passed the lexer. */
void lex_string_value(str quoted, struct buf *out);     /* with its quotes, escapes of JavaScript */
bool lex_template_value(str part, struct buf *out);     /* cooked,
    CR LF made LF; false: an invalid escape (the value is undefined) */
void lex_template_raw(str part, struct buf *out);       /* CR LF and CR made LF */
void lex_jsx_string_value(str quoted, struct buf *out); /* with its quotes; entities, no escapes */
void lex_jsx_text_value(str text, struct buf *out);     /* white space trimmed and joined line by line as JSX wants it,
    entities decoded */
void lex_ident_value(str text, struct buf *out);        /* \u escapes of an identifier decoded */
double lex_number_value(str text);                      /* all forms; separators, 0x 0o 0b, legacy octal */

bool lex_is_id_start(uint32_t code_point);
bool lex_is_id_part(uint32_t code_point);
bool lex_is_name(str text);        /* would be one identifier name (reserved words count) as it stands */
bool lex_is_reserved(str name);                         /* a word that cannot name a binding in a module */

/* Is `body`/`flags` a regular expression of ECMAScript 2025 (Annex B unless u or v)? NULL, or what is wrong,
    with the offset in *at. */
const char *lex_regexp_check(str body, str flags, size_t *at);
