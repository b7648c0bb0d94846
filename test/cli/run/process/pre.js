globalThis.order = ["preload"]
