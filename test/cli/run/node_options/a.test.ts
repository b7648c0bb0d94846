import { expect, test } from "bun:test"
test("a", () => expect(process.sourceMapsEnabled).toBe(true))
