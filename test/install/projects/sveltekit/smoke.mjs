import { json, error } from '@sveltejs/kit'
import { eq } from 'drizzle-orm'
const answer = json({ a: 1 })
try { error(404, 'gone') } catch (e) { console.log(e.status, await answer.text(), typeof eq) }
