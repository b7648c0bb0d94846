import { isKeyed, fromJS, hash, is, isImmutable, List, Map, merge, mergeDeep, OrderedMap, OrderedSet, Range, Record, Repeat, Seq, Set, setIn, Stack, updateIn } from 'immutable'
const m = fromJS({ a: { b: [1, 2, { c: 3 }] }, d: 'e' })
console.log(String(m), m.getIn(['a', 'b', 2, 'c']), String(m.updateIn(['a', 'b'], (l) => l.push(4))), m.toJS(), is(m, fromJS(m.toJS())), m.hashCode() === fromJS(m.toJS()).hashCode())
let big = Map().withMutations((x) => { for (let i = 0; i < 5000; i++) x.set('k' + i, i) }); for (let i = 0; i < 5000; i += 2) big = big.delete('k' + i); console.log(big.size, big.reduce((a, b) => a + b), String(big.filter((v) => v > 4995)))
console.log(String(List([3, 1, 2]).sort().insert(1, 9).zip(Range(0, 9))), String(Set([1, 2]).union([2, 3])), String(OrderedMap([['z', 1], ['a', 2]]).map((v) => v * 2)), String(Stack.of(1, 2).push(0)), String(OrderedSet([3, 1, 3])), String(Repeat('x', 3)))
const P = Record({ x: 0, y: 0 }, 'Point'); const p = new P({ x: 1 }); console.log(String(p), p.set('y', 5).toObject(), p.equals(P({ x: 1 })), p.x, String(Seq(Range(1, Infinity)).filter((n) => n % 3 === 0).map((n) => n * n).take(4)))
console.log(String(m.groupBy ? List(['a', 'bb', 'c']).groupBy((s) => s.length) : ''), mergeDeep({ a: [1] }, { a: [2] }), setIn({ a: { b: 1 } }, ['a', 'b'], 2), updateIn({ a: 1 }, ['a'], (x) => x + 1), merge({ x: 1 }, { y: 2 }), hash('abc'), isImmutable(p), isKeyed(m))
console.log([...List.of(1, 2).entries()], JSON.stringify(Map({ a: List([1]) })), m); try { List().set('x', 1); p.x = 3 } catch (e) { console.log(e.message) }
