import { customAlphabet, customRandom, nanoid, urlAlphabet } from 'nanoid'
import { nanoid as weak } from 'nanoid/non-secure'
const seen = new Set(Array.from({ length: 5000 }, () => nanoid())); console.log(seen.size, [...seen].every((s) => /^[\w-]{21}$/.test(s)), nanoid(7).length, /^[abc]{9}$/.test(customAlphabet('abc', 9)()), urlAlphabet.length, weak(5).length)
let n = 0; console.log(customRandom('abcdef', 10, (size) => Uint8Array.from({ length: size }, () => (n = (n * 5 + 3) % 256)))())
