/**
 * Of any two schemas, the plan leads from the first to the second and that of the inverse back. `DIFF_RUNS` says how many pairs are tried on
 * each database, `DIFF_SECONDS` for how long; a failure names the seed, and `DIFF_SEED` tries it again.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEngine, defineSchema, type AnySchema, type Engine } from '../src/index.ts'
import { diff } from '../src/metadata/diff/diff.ts'
import { anySchema } from './cases/any-schema.ts'
import { emptied } from './diff-cases.ts'
import { drivers } from './drivers.ts'
import { fingerprint } from './fingerprint.ts'
import { randomRuns } from './random-runs.ts'

const runs = randomRuns('DIFF', 5)
const limit = Number(process.env.DIFF_SECONDS ?? 40) * 1000

/** What is there, without the places of columns, empty stores for long values, and the numbers in names that Postgres chose. */
async function lines(engine: Engine): Promise<string[]> {
  return (await fingerprint(engine))
    .filter(line => !/^toast .* $/.test(line))
    .map(line => line.replace(/^(column (?:"(?:[^"]|"")*"|[^" ])+) \d+/, '$1').replace(/_not_null\d+/, '_not_null'))
    .sort()
}

for (const driver of drivers) {
  describe(`any two schemas on ${driver.name}`, () => {
    test(
      'a plan leads from the first to the second, and one back',
      async () => {
        const database = await driver.database()
        const engine = createEngine(database)
        /** The schema made on the empty database: what is read of it, and what is there. */
        const made = async ({ tables, options }: AnySchema) => {
          // The casts: what is drawn at random has no type of its own.
          const one = createEngine(database, { schema: defineSchema(tables as never, options as never) as AnySchema })
          await one.execute(emptied)
          await one.metadata.createAll()
          const result = { found: await one.metadata.reflect(), lines: await lines(one) }
          await one.dispose()
          return result
        }
        const version = Number((await engine.execute('show server_version_num')).scalar())
        await fc.assert(
          fc.asyncProperty(anySchema, anySchema, async (one, other) => {
            const second = await made(other)
            const first = await made(one)
            for (const [from, to] of [
              [first, second],
              [second, first],
            ] as const) {
              const changes = diff(from.found, to.found, version)
              await engine.metadata.apply({ changes }, { allow: ['*'] })
              expect(diff(await engine.metadata.reflect(), to.found, version)).toEqual([])
              expect(await lines(engine)).toEqual(to.lines)
            }
          }),
          { ...runs, interruptAfterTimeLimit: limit, endOnFailure: true },
        )
        await engine.dispose()
      },
      limit + 80_000,
    )
  })
}
