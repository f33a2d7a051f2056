/** Databases that have the extensions which the schemas in `fixtures` use, and those schemas. */
import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { hstore } from '@electric-sql/pglite/contrib/hstore'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp'
import { afterAll, onTestFinished } from 'vitest'
import { createEngine, type Engine, type AnySchema } from '../src/index.ts'
import { empty, pgDriver } from './drivers.ts'

const idle: PGlite[] = []

afterAll(async () => {
  for (const one of idle.splice(0)) await one.close()
})

async function embedded(): Promise<PGlite> {
  const extensions = { btree_gist, citext, hstore, pg_trgm, uuid_ossp }
  const database = idle.pop() ?? (await PGlite.create({ extensions }))
  onTestFinished(async () => {
    await empty(database)
    idle.push(database)
  })
  return database
}

export interface Place {
  readonly name: 'pglite' | 'pg'
  /** An engine on an empty database; both are gone after the test. */
  engine(schema?: AnySchema): Promise<Engine>
}

const place = (name: Place['name'], database: () => Promise<string | PGlite>): Place => ({
  name,
  async engine(schema) {
    const engine = createEngine(await database(), schema === undefined ? {} : { schema })
    onTestFinished(() => engine.dispose())
    return engine
  },
})

export const places: readonly Place[] = [place('pglite', embedded), place('pg', () => pgDriver.database())]

export const fixtures = ['forum', 'tenants', 'idioms'] as const

/** The statements that make a schema as applications have them. */
export function fixture(name: (typeof fixtures)[number]): string {
  return readFileSync(new URL(`fixtures/${name}.sql`, import.meta.url), 'utf8')
}
