// Functions of a CommonJS file.
const { walk } = require('./lib/walk.cjs')
const $ = (x) => x, $$ = $
async function waits(a) { return $(await a) }
function sloppy() { with ({}) { return arguments.callee } }
exports.walk = async () => { await walk }
module.exports.later = async (x) => (await x).stack
const top = () => this
const using = () => import('node:os')
function returns() { return async () => { return await top } }
const lines = async () => {
	await 1

	return {
		'a': await 2, // c
	}
}
function carriage() { return 1 }
var self = function () { return eval('this') }
walk({ $, $$, waits, sloppy, exports, later: module.exports.later, top, using, returns, inner: returns(), lines, carriage, self })
