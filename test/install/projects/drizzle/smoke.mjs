import { pgTable, serial, text } from 'drizzle-orm/pg-core'
import { getTableName, sql } from 'drizzle-orm'
const users = pgTable('users', { id: serial('id'), name: text('name') })
console.log(getTableName(users), typeof sql)
