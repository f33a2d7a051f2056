/**
 * Random histories of a session over random schemas: the database ends as a simple model says, and every object is as its row.
 * `SESSION_RUNS` says how many schemas are tried on each database, each with a dozen histories; a failure names the seed, and `SESSION_SEED`
 * tries it again. What failed is printed as the literal and the calls.
 */
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { createEngine, defineSchema, Entity } from '../src/index.ts'
import type { AnySchema } from '../types/schema.ts'
import { type AnyEngine, history, runHistory, type Step, smallest } from './cases/session-history.ts'
import { schemaOf, sessionSchema } from './cases/session-schemas.ts'
import { emptied } from './diff-cases.ts'
import { drivers } from './drivers.ts'
import { randomRuns } from './random-runs.ts'

const runs = randomRuns('SESSION', 40)
/** Without a number of runs it ends when the time is up, on a slow machine. */
const limit = process.env['SESSION_RUNS'] === undefined ? 30_000 : 3_000_000

for (const driver of drivers) {
  describe(`histories over any schema on ${driver.name}`, () => {
    test('end as a simple model says', { timeout: limit + 120_000 }, async () => {
      const database = await driver.database()
      const counts = new Map<string, number>()
      const histories = fc.array(history, { minLength: 12, maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(sessionSchema, histories, async (plan, all) => {
          const info = schemaOf(plan)
          // The cast: what is drawn at random has no type of its own.
          const schema = defineSchema(info.literal as never) as AnySchema
          const entities = plan.classes
            ? Object.keys(info.literal).map(name => class extends Entity(schema, name) {})
            : []
          const engine = createEngine(database, { schema, entities })
          try {
            await engine.execute(emptied)
            await engine.metadata.createAll()
            const tables = Object.keys(info.literal).map(name => `"${name}"`)
            const fails = async (steps: readonly Step[]): Promise<Error | null> => {
              await engine.execute(`truncate ${tables.join(', ')} restart identity cascade`)
              counts.set('histories', (counts.get('histories') ?? 0) + 1)
              // The cast: so have its rows.
              return await runHistory(engine as unknown as AnyEngine, info, steps, counts).then(
                () => null,
                (error: Error) => error,
              )
            }
            for (const steps of all) {
              const failure = await fails(steps)
              if (failure === null) continue
              const { message } = await smallest(steps, fails, failure)
              throw new Error(`${message}\n${inspect(info.literal, { depth: 9, breakLength: 140 })}`)
            }
          } finally {
            await engine.dispose()
          }
        }),
        // What fails is made smaller above: the schema stays as it is, and its tables with it.
        { ...runs, interruptAfterTimeLimit: limit, endOnFailure: true },
      )
      if (process.env['SESSION_RUNS'] !== undefined) console.log(driver.name, counts)
    })
  })
}
