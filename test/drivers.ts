/** The drivers that every test reaching a database runs on: `for (const driver of drivers) describe(driver.name, …)`. */
import { randomUUID } from 'node:crypto'
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { createEngine } from '../src/index.ts'
import type { AnySchema } from '../types/schema.ts'
import { embeddedDatabase } from './embedded.ts'

export interface TestDriver<Database extends string | PGlite = string | PGlite> {
  readonly name: 'pglite' | 'pg'
  /**
   * An empty database, as `createEngine` takes it: an address, which is good for the rest of the file, or an open PGlite,
   * which is somebody else's after the test that asked for it, or, asked for outside a test (in `beforeAll`), after the file.
   */
  database(): Promise<Database>
  /** An engine over a `database()`; it is disposed of at the same moment. */
  engine<Given extends AnySchema>(schema: Given): Promise<ReturnType<typeof createEngine<Given>>>
}

type Cleanup = () => Promise<void>
const atEndOfFile: Cleanup[] = []

/** At the end of the test, or, outside of tests, of the file. */
export function later(cleanup: Cleanup): void {
  try {
    onTestFinished(cleanup)
  } catch {
    // There is no current test: this is a hook of a group or of the file.
    atEndOfFile.push(cleanup)
  }
}

/** What is left to the end of a file. Files share their modules, so `setup.ts` calls this after each of them. */
export async function endFile(): Promise<void> {
  for (const cleanup of atEndOfFile.splice(0).reverse()) await cleanup()
  for (const one of idle.splice(2)) await one.close()
  await onServer(...served.splice(0).map(name => `drop database ${name} with (force)`))
}

const idle: PGlite[] = []

/** Starting an embedded database takes a second, emptying one takes milliseconds. */
async function empty(database: PGlite): Promise<void> {
  await database.exec('rollback')
  // Alone: it refuses to run in the transaction that several statements sent at once make.
  await database.exec('discard all')
  await database.exec(`
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
    comment on schema public is 'standard public schema';
  `)
}

async function embedded(): Promise<PGlite> {
  const database = idle.pop() ?? (await embeddedDatabase(inject('template')))
  later(async () => {
    if (database.closed) return
    await empty(database)
    idle.push(database)
  })
  return database
}

async function onServer(...statements: string[]): Promise<void> {
  if (statements.length === 0) return
  const client = new pg.Client({ connectionString: inject('postgres') })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

/** Databases of the server, which are dropped when those who were connected have had the time to leave. */
const served: string[] = []

async function databaseOfServer(): Promise<string> {
  const name = `cupel_${randomUUID().replaceAll('-', '')}`
  await onServer(`create database ${name} strategy file_copy`)
  served.push(name)
  const url = new URL(inject('postgres'))
  url.pathname = `/${name}`
  return url.href
}

function driver<Database extends string | PGlite>(
  name: TestDriver['name'],
  database: () => Promise<Database>,
): TestDriver<Database> {
  return {
    name,
    database,
    async engine(schema) {
      const engine = createEngine(await database(), { schema })
      later(() => engine.dispose())
      return engine
    },
  }
}

export const pgliteDriver = driver('pglite', embedded)
export const pgDriver = driver('pg', databaseOfServer)
export const drivers: readonly TestDriver[] = [pgliteDriver, pgDriver]
