import _, { debounce, groupBy, isEqual, merge, sortBy, template, uniqWith } from 'lodash-es'
import throttle from 'lodash-es/throttle.js'
import * as all from 'lodash-es'
console.log(Object.keys(all).length, typeof all.default, all.map === _.map, Object.prototype.toString.call(all))
console.log(groupBy([1.2, 1.7, 2.1], Math.floor), sortBy([{ a: 3 }, { a: 1 }], 'a'), uniqWith([{ x: 1 }, { x: 1 }, { x: 2 }], isEqual), merge({ a: [1] }, { a: [2, 3] }))
console.log(template('hi <%= name %>')({ name: 'there' }), typeof throttle, _.chain([3, 1, 2]).sortBy().reverse().value(), _([1, 2, 3]).map((x) => x * 2).filter((x) => x > 2).value())
debounce(() => console.log('later'), 3)()
