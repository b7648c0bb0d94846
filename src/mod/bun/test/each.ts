// Titles of test.each: printf-like marks, $name of object rows, %# for the row's number.
import { format } from 'internal:inspect'

export function titleOf(title: string, row: unknown, index: number): string {
  const args = Array.isArray(row) ? [...row] : [row]
  if (!Array.isArray(row) && row !== null && typeof row === 'object') {
    title = title.replace(/\$([A-Za-z_$][\w$.]*)/g, (all, path: string) => {
      let v: any = row
      for (const part of path.split('.')) {
        if (v === null || v === undefined || !(part in Object(v))) return all
        v = v[part]
      }
      return typeof v === 'string' ? v : format('%p' === all ? v : '%O', v)
    })
  }
  return title.replace(/%([%psdifjoO#])/g, (all, mark: string) => {
    if (mark === '%') return '%'
    if (mark === '#') return String(index)
    if (!args.length) return all
    const v = args.shift()
    if (mark === 'p') return typeof v === 'string' ? JSON.stringify(v) : format('%O', v)
    if (mark === 'j' || mark === 'o') {
      try {
        return JSON.stringify(v) ?? String(v)
      } catch {
        return format('%O', v)          // BigInts and circles
      }
    }
    return format(all, v)
  })
}
