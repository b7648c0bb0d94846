import cron from 'node-cron'
import { z } from 'zod'
console.log(cron.validate('*/5 * * * *'), cron.validate('nope'), z.string().safeParse(1).success)
