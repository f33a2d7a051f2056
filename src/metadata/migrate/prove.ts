/** A migration tried before anybody runs it. */
import type { AnySchema } from '../../../types/schema.ts'
import { MigrationError } from '../../base/errors.ts'
import { createAll } from '../../ddl/create.ts'
import { modelOf } from '../../schema/define.ts'
import { checksum, normalised } from './checksum.ts'
import { withoutUnsaid } from '../without-unsaid.ts'
import { differences } from './differences.ts'
import type { SqlMigration } from './migration.ts'
import { readSteps } from './read-steps.ts'
import { embeddedScratch, type Replayed, type ScratchDatabase, Rehearsal } from './replay.ts'
import type { Sampled } from './sample-rows.ts'

export interface ProveOptions {
  /** The schema as it is, of the literal or as `reflect` gives it. */
  readonly from: AnySchema
  /** The schema as it shall be. */
  readonly to: AnySchema
  readonly up: string
  readonly down?: string
  /** Makes an empty database; an embedded one in memory unless stated. Called once or twice. */
  readonly scratch?: () => ScratchDatabase | Promise<ScratchDatabase>
}

/** What trying a migration has shown. It holds when `up` is empty, `down` is empty or null, and `failure` is null. */
export interface Proof {
  /** What is not as it shall be after the way up, and tables that have lost or gained rows. */
  readonly up: readonly string[]
  /** What is not as it was after the way down; null when there is none, or one for a part only. */
  readonly down: readonly string[] | null
  /** Why it failed on a database with rows, where it does not without; `up` and `down` are then of one without. */
  readonly failure: MigrationError | null
  /** The rows that were there. */
  readonly sampled: Sampled
}

/**
 * Tries a migration on a database that has the old schema and a few rows: whether the way up leads to the new schema, the way down to the old
 * one, and whether tables that stay keep their rows. Nothing is written anywhere else.
 * @throws MigrationError when a step fails without rows, too
 * @example await proveMigration({ from: await engine.metadata.reflect(), to: schema, ...migrationText(plan) })
 */
export async function proveMigration({ from, to, up, down, scratch }: ProveOptions): Promise<Proof> {
  const migration: SqlMigration = {
    kind: 'sql',
    name: 'migration',
    path: 'migration.up.sql',
    checksum: checksum(up),
    up: readSteps('migration.up.sql', normalised(up)),
    down: down === undefined ? null : readSteps('migration.down.sql', normalised(down)),
  }
  const extensions = [from, to].flatMap(one => modelOf(one).extensions.map(({ name }) => name))
  const attempt = (withRows: boolean): Promise<Proof> =>
    on(scratch ?? (() => embeddedScratch(extensions)), async rehearsal => {
      const wanted = await rehearsal.foresee(statements(to))
      await rehearsal.run(statements(from))
      const sampled = withRows ? await rehearsal.sample() : { rows: 0, empty: [] }
      return { ...(await tried(rehearsal, migration, wanted, to)), sampled, failure: null }
    })
  try {
    return await attempt(true)
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'migrationFailed') throw error
    return { ...(await attempt(false)), failure: error }
  }
}

async function tried(
  rehearsal: Rehearsal,
  migration: SqlMigration,
  wanted: Replayed,
  to: AnySchema,
): Promise<Pick<Proof, 'up' | 'down'>> {
  const before = await rehearsal.look()
  await rehearsal.migrate([migration])
  const after = await rehearsal.look()
  const told = { ...after, schema: withoutUnsaid(after.schema, to) }
  const up = [...compared(wanted, told), ...compared({ ...after, rows: before.rows }, after)]
  if (migration.down === null || migration.down.irreversible.length > 0) return { up, down: null }
  await rehearsal.migrate([{ ...migration, name: 'down', up: migration.down }])
  // The rows of a table that the way up drops do not come back.
  const rows = new Map([...before.rows].filter(([table]) => after.rows.has(table)))
  return { up, down: compared({ ...before, rows }, await rehearsal.look()) }
}

function compared(old: Replayed, made: Replayed): string[] {
  return differences(old, made, 'in any order')
}

function statements(schema: AnySchema): string[] {
  return createAll(modelOf(schema)).map(({ text }) => text)
}

async function on<Value>(
  make: () => ScratchDatabase | Promise<ScratchDatabase>,
  work: (rehearsal: Rehearsal) => Promise<Value>,
): Promise<Value> {
  const database = await make()
  try {
    return await Rehearsal.on(database, work)
  } finally {
    await database.dispose()
  }
}
