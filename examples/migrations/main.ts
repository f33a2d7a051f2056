/** Migrations up and down: what docs/migrations.md shows, as a program. */
import { fileURLToPath } from 'node:url'
import { createEngine, MigrationError } from '../../src/index.ts'

const folder = fileURLToPath(new URL('migrations', import.meta.url))
await using engine = createEngine('pglite:')

// docs: up
const migrations = engine.metadata.migrations(folder)
const { migrations: applied } = await migrations.up({ to: '20261126090000_email' })
for (const { name, steps } of applied) console.log(name, steps.length)

// docs: status
for (const { name, state, stepsDone, steps } of await migrations.status()) console.log(name, state, stepsDone, steps)

// docs: dryRun
const planned = await migrations.down({ steps: 2, dryRun: true })
console.log(planned.migrations.flatMap(one => one.steps.flatMap(step => step.statements ?? [])))

// docs: down
await migrations.down()
await migrations.up({ onProgress: event => console.log(event.kind, 'migration' in event ? event.migration : '') })
console.log((await engine.execute('select email from users order by id')).scalars())

// docs: failure
try {
  await migrations.down()
} catch (error) {
  if (!(error instanceof MigrationError)) throw error
  console.log(error.code, error.message)
}
