// rt:hosted: runs a program that is itself a builtin module, such as the test runner: it is given its plan and what it may ask of the host.
import process from 'node:process'
import { declareNames, load } from './modules/modules.ts'

export async function run(id: string, plan: string): Promise<never> {
  const onStray = (report: (error: unknown) => void): void => {
    process.on('uncaughtException', report)
    process.on('unhandledRejection', report)
  }
  return process.exit(await import.meta.builtin(id).main(JSON.parse(plan), { load, onStray, declareNames }))
}
