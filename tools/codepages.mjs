// Writes src/data/codepage_table.c: the single-byte encodings of the Encoding Standard. Run by hand under a runtime whose
// TextDecoder has them all: <runtime> tools/codepages.mjs > src/data/codepage_table.c
const names = ['ibm866', 'iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7', 'iso-8859-8', 'iso-8859-10',
  'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16', 'koi8-r', 'koi8-u', 'macintosh', 'windows-874', 'windows-1250', 'windows-1251',
  'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256', 'windows-1257', 'windows-1258', 'x-mac-cyrillic']
console.log('/* data/codepage_table.c: single-byte encodings, the units of bytes 0x80 to 0xff; written by tools/codepages.mjs. */')
console.log('#include "data/codepage.h"\n')
console.log('const struct codepage codepages[] = {')
for (const name of names) {
  const decoder = new TextDecoder(name)
  const units = Array.from({ length: 128 }, (_, i) => decoder.decode(Uint8Array.of(128 + i)).charCodeAt(0).toString(16))
  console.log(`    {"${name}", {`)
  for (let i = 0; i < 128; i += 12) console.log(`        ${units.slice(i, i + 12).map(unit => `0x${unit}`).join(', ')},`)
  console.log('    }},')
}
console.log('};')
console.log('const size_t n_codepages = sizeof codepages / sizeof *codepages;')
