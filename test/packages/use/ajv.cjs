const Ajv = require('ajv'), Ajv2020 = require('ajv/dist/2020')
const ajv = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true, $data: true })
ajv.addKeyword({ keyword: 'even', type: 'number', validate: (_, n) => n % 2 === 0 }).addFormat('code', /^[A-Z]{3}$/)
ajv.addSchema({ $id: 'defs', definitions: { pos: { type: 'integer', minimum: 1 } } })
const v = ajv.compile({ type: 'object', required: ['id', 'tags'], additionalProperties: false, properties: { id: { $ref: 'defs#/definitions/pos' }, tags: { type: 'array', items: { type: 'string', minLength: 2 }, uniqueItems: true, maxItems: 3 }, n: { type: 'number', even: true, default: 2 }, c: { type: 'string', format: 'code' }, min: { type: 'number' }, max: { type: 'number', minimum: { $data: '1/min' } }, o: { oneOf: [{ type: 'string' }, { type: 'number', multipleOf: 3 }] }, d: { if: { const: 1 }, then: false } }, patternProperties: { '^x-': {} } })
for (const data of [{ id: '3', tags: ['ab'] }, { id: 0, tags: ['a', 'a'], n: 3, c: 'ab', extra: 1 }, {}, { id: 1, tags: [], min: 5, max: 3, o: 4, d: 1, 'x-y': 1 }, 7]) console.log(v(data), JSON.stringify(data), ajv.errorsText(v.errors), v.errors?.length)
console.log(new Ajv2020().validate({ $defs: { n: { $dynamicAnchor: 'n', type: 'object', properties: { c: { $dynamicRef: '#n' } }, unevaluatedProperties: false } }, $ref: '#/$defs/n' }, { c: { c: { d: 1 } } }))
try { ajv.compile({ type: 'nope' }) } catch (e) { console.log(e.message) }
console.log(typeof v.source, ajv.getSchema('defs#/definitions/pos')(0), new Ajv({ code: { source: true } }).compile({ type: 'string', maxLength: 3 }).source.validateCode.length > 50)
