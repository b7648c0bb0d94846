const dotenv = require('dotenv'), fs = require('fs'), os = require('os'), path = require('path')
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'dotenv-')); const f = path.join(dir, '.env')
fs.writeFileSync(f, 'A=1\nB = two words \nexport C="x\\ny"\nD=\'$A\'\n# no\nE=a # b\nF="multi\nline"\nG=\nH=`back\'"tick`\nBAD LINE\nexisting=file\n')
process.env.existing = 'real'
console.log(dotenv.parse(fs.readFileSync(f)), dotenv.config({ path: f, quiet: true }).parsed?.C, process.env.F, process.env.existing, dotenv.config({ path: path.join(dir, 'none'), quiet: true }).error?.code)
const target = {}; dotenv.populate(target, { a: '1', b: '2' }, { override: true }); console.log(target); dotenv.config({ path: f, override: true, quiet: true }); console.log(process.env.existing); fs.rmSync(dir, { recursive: true })
