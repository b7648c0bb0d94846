const s = require('semver')
const versions = ['1.2.3', '1.2.3-beta.1', '2.0.0', '0.0.1', '1.10.0', 'v3.1.4+build', '=2.1.0', 'nope', '1.2', '1.2.3-alpha.10', '10.0.0-rc.1']
const ranges = ['^1.2.0', '~1.2', '>=1 <2 || 3.x', '*', '1.2.3 - 2.0', '<0.0.2', '^0.0.1', '>1.2.3-alpha', 'x', '^2.0.0-0', '~>1.2']
for (const r of ranges) console.log(r, s.validRange(r), versions.filter((v) => s.valid(v) && s.satisfies(v, r)), versions.filter((v) => s.valid(v) && s.satisfies(v, r, { includePrerelease: true })), s.minVersion(r)?.version, s.maxSatisfying(versions.filter((v) => s.valid(v)), r))
console.log(s.sort(versions.filter((v) => s.valid(v)).map((v) => s.clean(v) ?? v)), versions.map((v) => s.coerce(v)?.version), s.diff('1.2.3', '1.3.0-pre'), s.parse('1.2.3-a.1+b.2'))
for (const k of ['major', 'minor', 'patch', 'premajor', 'prerelease', 'prepatch']) console.log(k, s.inc('1.2.3-beta.4', k, 'beta'), s.inc('1.2.3', k))
console.log(s.intersects('^1', '~1.5'), s.subset('~1.2', '^1'), s.gtr('2.0.0', '^1'), s.simplifyRange(['1.0.0', '1.1.0', '2.0.0'], '1.0.0 || 1.1.0'), s.compareBuild('1.0.0+a', '1.0.0+b'), new s.Range('>=1 <2').set.map(String))
try { new s.SemVer('x') } catch (e) { console.log(e.name, e.message) }
