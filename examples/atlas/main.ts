/**
 * The world in Postgres: tables from a schema literal, every row of two packages through a session, and questions in SQL.
 * Runs on the embedded database, or on the one that DATABASE_URL names, where it keeps to the schema `cupel_atlas`.
 */
import { createEngine } from '../../src/index.ts'
import { answers } from './answers.ts'
import { readAtlas } from './data.ts'
import { load } from './load.ts'
import { schema } from './schema.ts'
import { table } from './table.ts'

async function main(): Promise<void> {
  const started = performance.now()
  const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

  await using engine = createEngine(process.env.DATABASE_URL, { schema })
  console.error(
    engine.driver === 'pglite' ? 'starting the embedded database' : 'connecting to the database of DATABASE_URL',
  )
  await engine.metadata.dropAll()
  await engine.metadata.createAll()
  console.log(`created ${engine.metadata.sortedTables.map(each => each.name).join(', ')}`)

  const atlas = readAtlas()
  for (const note of atlas.notes) console.log(`note: ${note}`)
  const loading = performance.now()
  const count = await load(engine, atlas)
  console.log(`loaded ${count.toLocaleString('en-US')} rows in ${seconds(loading)}`)

  for (const ask of answers) {
    const { title, rows } = await ask(engine)
    console.log(`\n${title}\n\n${table(rows)}`)
  }

  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(`\nThe whole run took ${seconds(started)} and at most ${megabytes} MB of memory.`)
}

/** Every message on the way down to the cause, without the stacks. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const causes = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause]
  const reasons = [error.message, ...causes.map(reason)].filter(text => text !== '')
  return [...new Set(reasons)].join('\n  because ')
}

try {
  await main()
} catch (error) {
  console.error(`The atlas could not be loaded: ${reason(error)}`)
  process.exitCode = 1
}
