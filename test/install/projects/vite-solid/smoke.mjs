import { createSignal, createRoot } from 'solid-js'
createRoot(() => { const [value, set] = createSignal(1); set(2); console.log(value()) })
