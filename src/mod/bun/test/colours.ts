// Colours for a terminal; nothing elsewhere. Set once, before anything is printed.
let on = false
export const setColours = (wanted: boolean): void => void (on = wanted)
export const hasColours = (): boolean => on
const paint = (code: string, end = '39') => (s: string): string => (on && s ? `\x1b[${code}m${s}\x1b[${end}m` : s)
export const colours = { red: paint('31'), green: paint('32'), yellow: paint('33'), magenta: paint('35'), dim: paint('2', '22'), bold: paint('1', '22') }
