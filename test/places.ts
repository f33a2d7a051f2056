/** Databases that have the extensions which the schemas in `fixtures` use, and those schemas. */
import { readFileSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { hstore } from '@electric-sql/pglite/contrib/hstore'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp'
import { inject, onTestFinished } from 'vitest'
import { createEngine, type Engine, type AnySchema } from '../src/index.ts'
import { later, pgDriver } from './drivers.ts'
import { embeddedDatabase } from './embedded.ts'

/** Each of its own, since emptying one leaves what belongs to no schema. */
async function embedded(): Promise<PGlite> {
  const extensions = { btree_gist, citext, hstore, pg_trgm, uuid_ossp }
  const database = await embeddedDatabase(inject('template'), { extensions })
  later(() => database.close())
  return database
}

export interface Place {
  readonly name: 'pglite' | 'pg'
  /** An empty database. */
  database(): Promise<string | PGlite>
  /** An engine on an empty database; both are gone after the test. */
  engine(schema?: AnySchema): Promise<Engine>
}

const place = (name: Place['name'], database: () => Promise<string | PGlite>): Place => ({
  name,
  database,
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
