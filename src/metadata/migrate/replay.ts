/** Migrations run from nothing, on a database that is for that alone. */
import type { AnySchema } from '../../../types/schema.ts'
import { reflectMode, reflectOn } from '../reflect-on.ts'
import type { Lease } from '../../engine/lease.ts'
import { History } from './history.ts'
import type { Migration } from './migration.ts'
import { stepsUp } from './runnable.ts'
import { Runner } from './runner.ts'
import { alone, type MigrationHost } from './runner-lock.ts'
import type { SessionState } from './session-state.ts'

/** An empty database that may be thrown away. */
export interface ScratchDatabase extends MigrationHost {
  dispose(): Promise<void>
}

/** What migrations lead to. */
export interface Replayed {
  readonly schema: AnySchema
  /** How many rows each table has, by its name as SQL writes it. */
  readonly rows: ReadonlyMap<string, number>
  /** The server's version, as `server_version_num` says it. */
  readonly version: number
}

/** Remembered beside the schema that is looked at. */
const history = new History({ schema: 'cupel_replay' })

/**
 * Runs migrations on an empty database, part by part, and reads after each what is there then.
 * @throws MigrationError when one fails
 */
export async function replay<const Parts extends readonly (readonly Migration[])[]>(
  host: MigrationHost,
  parts: Parts,
): Promise<{ [At in keyof Parts]: Replayed }> {
  const replayed = await alone(
    host,
    () => {},
    async (lease, state) => {
      const found: Replayed[] = []
      for (const part of parts) found.push(await replayPart(lease, state, part))
      return found
    },
  )
  // One for each part.
  return replayed as { [At in keyof Parts]: Replayed }
}

async function replayPart(lease: Lease, state: SessionState, migrations: readonly Migration[]): Promise<Replayed> {
  await history.create(lease)
  const runner = new Runner(lease, state, history, {})
  const done: string[] = []
  for (const one of migrations) {
    const { name, checksum } = one
    await runner.run({ name, checksum, direction: 'up', steps: await stepsUp(one), row: null }, done)
    done.push(name)
  }
  await lease.run({ text: 'drop schema cupel_replay cascade', values: [] })
  const version = await lease.execute(`select current_setting('server_version_num')::int`)
  return { rows: await countRows(lease), schema: await readSchema(lease), version: Number(version.scalar()) }
}

async function readSchema(lease: Lease): Promise<AnySchema> {
  const begun = await lease.begin(reflectMode)
  return await begun.complete(tx => reflectOn(tx))
}

async function countRows(lease: Lease): Promise<Map<string, number>> {
  const tables = await lease.execute<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      order by name`)
  const rows = new Map<string, number>()
  for (const { name } of tables.rows) {
    const counted = await lease.execute<{ count: number }>(`select count(*)::float8 as count from ${name}`)
    rows.set(name, counted.one().count)
  }
  return rows
}
