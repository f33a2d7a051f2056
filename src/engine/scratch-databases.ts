/** Databases for the while, on the server of an engine. */
import { randomUUID } from 'node:crypto'
import { quote } from '../base/identifier.ts'
import type { EngineCore } from './engine.ts'
import { StatementError } from './statement-error.ts'

/** What stands in the comment of each, with the moment it was made at. */
const mark = 'made by cupel for the while, at '

/**
 * Makes an empty one, and takes away those that processes left which have died: they are marked as such, of this role, older than an hour, and nobody
 * is connected to them.
 * @returns its name
 * @throws StatementError when the server refuses
 */
export async function makeScratchDatabase(engine: EngineCore): Promise<string> {
  const name = `cupel_scratch_${randomUUID().replaceAll('-', '')}`
  await engine.execute(`create database ${quote(name)} template template0`)
  await engine.execute(
    `do $$ begin execute format('comment on database %I is %L', '${name}', '${mark}' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')); end $$`,
  )
  for (const left of await leftBehind(engine)) await dropUnused(engine, left)
  return name
}

async function leftBehind(engine: EngineCore): Promise<readonly string[]> {
  const { rows } = await engine.execute<{ name: string }>(
    `select d.datname as name from pg_catalog.pg_database d, pg_catalog.shobj_description(d.oid, 'pg_database') as said
    where d.datname ~ '^cupel_scratch_[0-9a-f]{32}$' and d.datdba = (select oid from pg_catalog.pg_roles where rolname = current_user)
      and case when said ~ ('^' || $1 || '\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z$') then right(said, 20)::timestamptz < now() - interval '1 hour' end
      and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)`,
    [mark],
  )
  return rows.map(row => row.name)
}

/** Without force: whoever has come by now keeps it. */
async function dropUnused(engine: EngineCore, name: string): Promise<void> {
  try {
    await engine.execute(`drop database if exists ${quote(name)}`)
  } catch (error) {
    if (!(error instanceof StatementError)) throw error
  }
}
