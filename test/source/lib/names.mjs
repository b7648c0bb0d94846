export const one = 1
export let many = { a: 1 }
export default function named() { return one }
export function bump() { many = {} }
