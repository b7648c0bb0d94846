import { MAX, NIL, parse, stringify, v1, v3, v4, v5, v6, v7, validate, version } from 'uuid'
const ns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8', random = Uint8Array.from({ length: 16 }, (_, i) => i * 7)
console.log(v3('hello', ns), v5('hello', ns), v5('ü', v5.DNS), v4({ random }), v1({ msecs: 1e12, nsecs: 5, clockseq: 0x1234, node: Uint8Array.of(1, 2, 3, 4, 5, 6), random }), v7({ msecs: 1e12, random, seq: 7 }), v6({ msecs: 1e12, nsecs: 5, clockseq: 1, node: Uint8Array.of(1, 2, 3, 4, 5, 6) }))
const all = new Set(Array.from({ length: 2000 }, () => v4())); console.log(all.size, [...all].every((u) => validate(u) && version(u) === 4), validate(v7()), v7() < v7(), NIL, MAX, parse(ns), stringify(parse(ns)) === ns, validate('x'))
try { parse('zz') } catch (e) { console.log(e.name, e.message) }
