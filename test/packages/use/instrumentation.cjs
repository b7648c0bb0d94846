// @opentelemetry/instrumentation: a class of instrumentation patches packages as they are loaded, and takes the patch back.
const { InstrumentationBase, InstrumentationNodeModuleDefinition, InstrumentationNodeModuleFile, registerInstrumentations, isWrapped } = require('@opentelemetry/instrumentation')
const log = []
class Semver extends InstrumentationBase {
  constructor() { super('test-semver', '1.0.0', {}) }
  init() {
    return [new InstrumentationNodeModuleDefinition('semver', ['>=7'], (exports, version) => {
      log.push(`patch ${version === require('semver/package.json').version}`)
      this._wrap(exports, 'valid', original => function (...args) { log.push(`valid ${args[0]}`); return original.apply(this, args) })
      return exports
    }, exports => { log.push('unpatch'); this._unwrap(exports, 'valid') },
    [new InstrumentationNodeModuleFile('semver/functions/inc.js', ['*'], exports => { log.push('file'); return exports }, () => {})])]
  }
}
class Os extends InstrumentationBase {
  constructor() { super('test-os', '1.0.0', {}) }
  init() {
    return [new InstrumentationNodeModuleDefinition('os', ['*'], exports => {
      this._wrap(exports, 'hostname', () => () => 'wrapped')
      return exports
    }, exports => this._unwrap(exports, 'hostname'))]
  }
}
const instrumentations = [new Semver(), new Os()]
const off = registerInstrumentations({ instrumentations })
const semver = require('semver')
console.log(semver.valid('1.2.3'), isWrapped(semver.valid), semver.inc('1.0.0', 'minor'), require('os').hostname())
off()
console.log(semver.valid('2.0.0'), isWrapped(semver.valid), require('node:os').hostname() === 'wrapped')
console.log(log)
