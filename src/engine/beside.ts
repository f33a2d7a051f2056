/** Another database, empty and for the while: beside the one that an engine is on, or in memory. */
import type { PGlite } from '@electric-sql/pglite'
import type { Pool } from 'pg'
import { quote } from '../base/identifier.ts'
import { EmptyDatabases } from './empty-databases.ts'
import { EngineCore, type Target, targetOf } from './engine.ts'
import { copyGlobalObjects } from './global-objects.ts'
import { isServers } from './servers.ts'
import { makeScratchDatabase } from './scratch-databases.ts'
import { StatementError } from './statement-error.ts'

/** An engine on an empty database, which is gone when the engine is disposed of. */
export interface Beside {
  readonly engine: EngineCore
  /** Whether it is a database of the same kind and version, so that it prints what it is told in the same words. */
  readonly isAlike: boolean
  /** Why it is an embedded one in place of one on the server: what the role may not do, and what helps. */
  readonly refusal: Refusal | null
  dispose(): Promise<void>
}

export interface Refusal {
  /** As `create a database`. */
  readonly what: string
  readonly remedy: string
}

/** What is done there: all of it rolled back, so that the database is as empty after as before, or written. */
export type Use = 'rolled back' | 'written'

/**
 * An empty database on the same server, or, where the role may not make one, or not one with these extensions, an embedded database in memory;
 * beside an embedded one, another.
 * @param extensions those that it is to have at hand
 * @throws StatementError when the server refuses for another reason
 */
export async function beside(engine: EngineCore, use: Use, extensions: readonly string[] = []): Promise<Beside> {
  const target = targetOf(engine)
  if (engine.driver === 'pglite') return await embedded(isInstance(target) ? target : null, engine, extensions)
  const instead = async (refusal: Refusal): Promise<Beside> => await embeddedInstead(engine, extensions, refusal)
  let name: string
  try {
    name = await makeScratchDatabase(engine)
  } catch (error) {
    if (isForbidden(error)) return await instead({ what: 'create a database', remedy: 'give the role CREATEDB' })
    throw error
  }
  const other = onServer(target, name)
  const made: Beside = {
    engine: other.engine,
    isAlike: true,
    refusal: null,
    async dispose() {
      if (use === 'written') await other.engine.execute(unsubscribed)
      await other.dispose()
      await engine.execute(`drop database if exists ${quote(name)} with (force)`)
    },
  }
  try {
    const forbidden = await forbiddenExtensions(other.engine, extensions)
    if (forbidden.length === 0) return made
    await made.dispose()
    const names = forbidden.map(extension => `'${extension}'`).join(' or ')
    return await instead({ what: `create extension ${names} in a database`, remedy: 'use a role that may' })
  } catch (error) {
    await made.dispose()
    throw error
  }
}

/** An embedded database in place of one on the server, which has refused something to the role. */
export async function embeddedInstead(
  engine: EngineCore,
  extensions: readonly string[],
  refusal: Refusal,
): Promise<Beside> {
  return { ...(await embedded(null, engine, extensions)), isAlike: false, refusal }
}

/** Those of them that the role may not make. What anybody may make is not tried; some services let others make them than superusers. */
async function forbiddenExtensions(engine: EngineCore, extensions: readonly string[]): Promise<readonly string[]> {
  if (extensions.length === 0) return []
  const guarded = await engine.execute<{ name: string }>(
    `select distinct name::text from pg_catalog.pg_available_extension_versions
      where name = any ($1) and superuser and not trusted and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) order by 1`,
    [extensions],
  )
  const found: string[] = []
  for (const { name } of guarded.rows) {
    const transaction = await engine.begin()
    try {
      await transaction.execute(`create extension if not exists ${quote(name)} cascade`)
    } catch (error) {
      if (!isForbidden(error)) throw error
      found.push(name)
    } finally {
      await transaction.rollback()
    }
  }
  return found
}

/** insufficient_privilege */
export function isForbidden(error: unknown): boolean {
  return error instanceof StatementError && error.sqlState === '42501'
}

function isInstance(target: Target): target is PGlite {
  return typeof target === 'object' && 'execProtocolStream' in target
}

/** An engine with what is to be done when it is not wanted any more. */
type Made = Pick<Beside, 'engine' | 'dispose'>

const empty = new EmptyDatabases()

/**
 * An engine on an empty database in memory, which is gone when it is disposed of. None is kept open for the next who wants one: a PGlite in which
 * something was done has a timer of its own, with which no program ends.
 */
export async function emptyEngine(extensions: readonly string[] = []): Promise<Made> {
  return closing(await empty.open(extensions))
}

function closing(database: PGlite): Made {
  const engine = new EngineCore(database)
  return {
    engine,
    async dispose() {
      await engine.dispose()
      await database.close()
    },
  }
}

/** With the roles and tablespaces that the engine's has, and with the extensions of the one that was given, which only its copy has. */
async function embedded(given: PGlite | null, engine: EngineCore, extensions: readonly string[]): Promise<Beside> {
  const made = await embeddedWithout(given, engine, extensions)
  try {
    await copyGlobalObjects(engine, made.engine)
  } catch (error) {
    await made.dispose()
    throw error
  }
  return { ...made, isAlike: true, refusal: null }
}

async function embeddedWithout(given: PGlite | null, engine: EngineCore, extensions: readonly string[]): Promise<Made> {
  const own =
    given === null
      ? 0
      : Number((await engine.execute(`select count(*) from pg_extension where extname <> 'plpgsql'`)).scalar())
  if (given === null || own === 0) return await emptyEngine(extensions)
  // The cast: the copy of a database is of its class, which the type of `clone` leaves open.
  const copy = (await given.clone()) as PGlite
  await copy.exec(emptying)
  return closing(copy)
}

/** With `public` as a new database has it. */
const emptying = `
  do $$ declare name text; begin
    for name in select extname from pg_extension where extname <> 'plpgsql' loop
      execute format('drop extension if exists %I cascade', name);
    end loop;
    for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
      execute format('drop schema %I cascade', name);
    end loop;
  end $$;
  create schema public authorization pg_database_owner;
  grant usage on schema public to public;
  comment on schema public is 'standard public schema';`

/** A database with subscriptions cannot be dropped. They have no slot, or one that somebody else made. */
const unsubscribed = `
  do $$ declare name text; begin
    for name in select subname from pg_subscription where subdbid = (select oid from pg_database where datname = current_database()) loop
      execute format('alter subscription %I disable', name);
      execute format('alter subscription %I set (slot_name = none)', name);
      execute format('drop subscription %I', name);
    end loop;
  end $$`

function onServer(target: Target, database: string): Made {
  if (typeof target === 'string') {
    const engine = new EngineCore(addressWith(target, database))
    return { engine, dispose: () => engine.dispose() }
  }
  if (typeof target === 'object' && isServers(target)) return onServer(target.primary, database)
  const given = target as Pool
  // A pool of the same class with the same settings, which is nobody else's.
  const Same = given.constructor as new (options: object) => Pool
  const { connectionString, ...options } = given.options
  const pool = new Same(
    connectionString === undefined
      ? { ...options, database }
      : { ...options, connectionString: addressWith(connectionString, database) },
  )
  const engine = new EngineCore(pool)
  return {
    engine,
    async dispose() {
      await engine.dispose()
      await pool.end()
    },
  }
}

/** The address with another database. Not by `URL`, which knows no address without a host. */
function addressWith(address: string, database: string): string {
  const [, start = address, rest = ''] = /^([a-z][a-z\d+.-]*:\/\/[^/?#]*)(?:\/[^?#]*)?([?#].*)?$/i.exec(address) ?? []
  return `${start}/${encodeURIComponent(database)}${rest}`
}
