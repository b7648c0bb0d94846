// A line diff (E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), cut off where texts differ throughout.

export type Edit = { kind: ' ' | '-' | '+'; text: string }
const MOST_EDITS = 2000

/** Edits that make `to` out of `from`: '-' only in `from`, '+' only in `to`. */
export function diffLines(from: string[], to: string[]): Edit[] {
  let head = 0
  while (head < from.length && head < to.length && from[head] === to[head]) head++
  let tail = 0
  while (tail < from.length - head && tail < to.length - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++
  const keep = (text: string): Edit => ({ kind: ' ', text })
  return [
    ...from.slice(0, head).map(keep),
    ...middle(from.slice(head, from.length - tail), to.slice(head, to.length - tail)),
    ...from.slice(from.length - tail).map(keep),
  ]
}

function middle(a: string[], b: string[]): Edit[] {
  const most = Math.min(a.length + b.length, MOST_EDITS)
  const trace: Int32Array[] = []
  let v = new Int32Array(2 * most + 3)
  const at = most + 1
  for (let d = 0; d <= most; d++) {
    trace.push(v.slice())
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && v[at + k - 1]! < v[at + k + 1]!) ? v[at + k + 1]! : v[at + k - 1]! + 1
      let y = x - k
      while (x < a.length && y < b.length && a[x] === b[y]) { x++; y++ }
      v[at + k] = x
      if (x >= a.length && y >= b.length) return walkBack(a, b, trace, d, at)
    }
  }
  return [...a.map((text): Edit => ({ kind: '-', text })), ...b.map((text): Edit => ({ kind: '+', text }))]
}

function walkBack(a: string[], b: string[], trace: Int32Array[], depth: number, at: number): Edit[] {
  const edits: Edit[] = []
  let x = a.length, y = b.length
  for (let d = depth; d >= 0; d--) {
    const v = trace[d]!
    const k = x - y
    const down = k === -d || (k !== d && v[at + k - 1]! < v[at + k + 1]!)
    const fromK = down ? k + 1 : k - 1
    const fromX = d ? v[at + fromK]! : 0, fromY = d ? fromX - fromK : 0
    while (x > fromX && y > fromY) { edits.push({ kind: ' ', text: a[--x]! }); y-- }
    if (!d) break
    if (down) edits.push({ kind: '+', text: b[--y]! })
    else edits.push({ kind: '-', text: a[--x]! })
  }
  edits.reverse()
  return removalsFirst(edits)
}

// Within one run of changes all removals stand before all additions.
function removalsFirst(edits: Edit[]): Edit[] {
  const out: Edit[] = []
  for (let i = 0; i < edits.length;) {
    let j = i
    while (j < edits.length && edits[j]!.kind !== ' ') j++
    out.push(...edits.slice(i, j).filter((e) => e.kind === '-'), ...edits.slice(i, j).filter((e) => e.kind === '+'))
    if (j < edits.length) out.push(edits[j++]!)
    i = j
  }
  return out
}

/** The two texts as one, with `- ` before what was expected and `+ ` before what was received, and a count of both. */
export function diffText(expected: string, received: string, paint: (style: 'expected' | 'received', s: string) => string): string {
  const edits = diffLines(expected.split('\n'), received.split('\n'))
  const shown: string[] = []
  const CONTEXT = 5
  let skipped = 0
  for (let i = 0; i < edits.length; i++) {
    const e = edits[i]!
    if (e.kind === ' ' && edits.length > 80 && !edits.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some((x) => x.kind !== ' ')) { skipped++; continue }
    if (skipped) shown.push(`@@ ${skipped} equal lines @@`)
    skipped = 0
    shown.push(e.kind === ' ' ? `  ${e.text}` : paint(e.kind === '-' ? 'expected' : 'received', `${e.kind} ${e.text}`))
  }
  if (skipped) shown.push(`@@ ${skipped} equal lines @@`)
  const count = (kind: string): number => edits.filter((e) => e.kind === kind).length
  return `${shown.join('\n')}\n\n${paint('expected', `- Expected  - ${count('-')}`)}\n${paint('received', `+ Received  + ${count('+')}`)}`
}
