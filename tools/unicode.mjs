// Prints src/lang/lex_unicode.c from the Unicode data of the JavaScript engine that runs this (Node 26: Unicode 17).
//   node tools/unicode.mjs > src/lang/lex_unicode.c
function ranges(pattern) {
    const words = [];
    for (let c = 0x80; c <= 0x10ffff; c++) {
        if (!pattern.test(String.fromCodePoint(c))) continue;
        const start = c;
        while (c < 0x10ffff && c - start < 2046 && pattern.test(String.fromCodePoint(c + 1))) c++;
        words.push(((start << 11) | (c - start)) >>> 0);
    }
    return words;
}
function table(name, words) {
    let text = `static const uint32_t ${name}[] = {\n`;
    for (let i = 0; i < words.length; i += 10) text += '    ' + words.slice(i, i + 10).map((w) => '0x' + w.toString(16) + ',').join(' ') + '\n';
    return text + '};\n';
}
console.log(`/* lang/lex_unicode.c: which characters beyond ASCII begin or continue a name. Made by tools/unicode.mjs (Unicode ${process.versions.unicode}).
 * One word a range: first code point << 11 | further ones. */
#include "lang/lex.h"

${table('start', ranges(/^\p{ID_Start}$/u))}
/* What may continue but not begin one. */
${table('rest', ranges(/^(?!\p{ID_Start})\p{ID_Continue}$/u))}
static bool has(const uint32_t *words, size_t n, uint32_t c) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (words[middle] >> 11 <= c) low = middle + 1;
        else high = middle;
    }
    return low > 0 && c - (words[low - 1] >> 11) <= (words[low - 1] & 2047);
}

bool lex_is_id_start(uint32_t c) {
    if (c < 0x80) return (c | 32) - 'a' < 26u || c == '_' || c == '$';
    return has(start, sizeof start / sizeof *start, c);
}

bool lex_is_id_part(uint32_t c) {
    if (c < 0x80) return (c | 32) - 'a' < 26u || c - '0' < 10u || c == '_' || c == '$';
    return has(start, sizeof start / sizeof *start, c) || has(rest, sizeof rest / sizeof *rest, c) || c == 0x200C || c == 0x200D;
}`);
