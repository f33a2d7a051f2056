import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { hstore } from '@electric-sql/pglite/contrib/hstore'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEngine } from '../src/index.ts'
import { pgDriver } from './drivers.ts'
import { fingerprint } from './fingerprint.ts'

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}.sql`, import.meta.url), 'utf8')

/** Databases that have the extensions which the schemas use. */
const places = [
  {
    name: 'pglite',
    database: async () => {
      const extensions = { btree_gist, citext, hstore, pg_trgm, uuid_ossp }
      const database = await PGlite.create({ extensions })
      onTestFinished(() => database.close())
      return database
    },
  },
  { name: 'pg', database: () => pgDriver.database() },
]

for (const place of places) {
  describe(`reflect on ${place.name}`, () => {
    for (const name of ['forum', 'tenants']) {
      test(`${name}: createAll makes of what was read the same database`, async () => {
        const source = createEngine(await place.database())
        onTestFinished(() => source.dispose())
        await source.execute(fixture(name))
        const schema = await source.metadata.reflect()
        const copy = createEngine(await place.database(), { schema })
        onTestFinished(() => copy.dispose())
        await copy.metadata.createAll()
        const made = await fingerprint(copy)
        expect(made).toEqual(await fingerprint(source))
        await copy.metadata.createAll()
        expect(await fingerprint(copy)).toEqual(made)
        expect(await copy.metadata.reflect()).toEqual(schema)
      })
    }
  })
}
