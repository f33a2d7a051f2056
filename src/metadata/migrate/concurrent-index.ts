/** What a concurrent build of an index leaves in the catalogue when it does not end well: an index that is not valid. */
import { MigrationError } from '../../base/errors.ts'
import type { Executor } from '../../engine/executor.ts'
import type { IndexChange } from './index-change.ts'

interface Found {
  /** As SQL writes it. */
  readonly name: string
  readonly isValid: boolean
  readonly isBeingBuilt: boolean
}

const lookUp = `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, i.indisvalid as "isValid",
    exists (select from pg_catalog.pg_stat_progress_create_index p where p.datname = current_database() and p.index_relid = c.oid) as "isBeingBuilt"
  from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where i.indrelid = pg_catalog.to_regclass($1) and c.relname = $2`

type Creation = Extract<IndexChange, { kind: 'create' }>

/** Whether the database is as the statement would leave it. */
export async function isIndexDone(on: Executor, change: IndexChange): Promise<boolean> {
  if (change.kind === 'create') return (await find(on, change))?.isValid === true
  const { rows } = await on.execute('select pg_catalog.to_regclass($1) is null as gone', [change.index])
  return rows[0]?.gone === true
}

/**
 * Drops the index that is to be built, where a build that failed has left it: it serves no query, and `if not exists` would take it for done.
 * @throws MigrationError when somebody is building it at this moment
 */
export async function dropInvalid(on: Executor, change: Creation): Promise<void> {
  const found = await find(on, change)
  if (found === null || found.isValid) return
  if (found.isBeingBuilt) throw new MigrationError('indexBeingBuilt', [change.index])
  await on.run({ text: `drop index concurrently ${found.name}`, values: [] })
}

async function find(on: Executor, { table, index }: Creation): Promise<Found | null> {
  return (await on.execute<Found>(lookUp, [table, index])).first()
}
