/**
 * Any schema that is created is read as one that creates the same, and its file says the same again. `REFLECT_RUNS` says how many are tried on
 * each database; a failure names the seed, and `REFLECT_SEED` tries it again.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEngine, defineSchema } from '../src/index.ts'
import { pull } from '../src/metadata/pull.ts'
import type { AnySchema } from '../types/schema.ts'
import { anySchema } from './cases/any-schema.ts'
import { emptied } from './diff-cases.ts'
import { drivers } from './drivers.ts'
import { fingerprint } from './fingerprint.ts'
import { randomRuns } from './random-runs.ts'

const runs = randomRuns('REFLECT', 6)
const limit = Number(process.env.REFLECT_SECONDS ?? 40) * 1000

/** The schema as the compiler never sees it: it is data here. */
function defined({ tables, options }: AnySchema): AnySchema {
  // The casts: what is drawn at random has no type of its own.
  return defineSchema(tables as never, options as never) as AnySchema
}

for (const driver of drivers) {
  describe(`any schema on ${driver.name}`, () => {
    test(
      'what is read creates the same database, reads the same, and is written the same',
      async () => {
        const database = await driver.database()
        /** What is read after the schema was made on the empty database, and what is there. */
        const made = async (schema: AnySchema) => {
          const engine = createEngine(database, { schema })
          await engine.execute(emptied)
          await engine.metadata.createAll()
          const result = { found: await engine.metadata.reflect(), lines: await fingerprint(engine) }
          await engine.dispose()
          return result
        }
        await fc.assert(
          fc.asyncProperty(anySchema, async given => {
            const first = await made(defined(given))
            const second = await made(defined(first.found))
            expect(second.lines).toEqual(first.lines)
            expect(second.found).toEqual(first.found)
            expect(pull(second.found)).toEqual(pull(first.found))
          }),
          { ...runs, interruptAfterTimeLimit: limit },
        )
      },
      limit + 80_000,
    )
  })
}
