/** The settings of a project. */
import { type Config, defineConfig, defineSchema, t, table } from '../src/index.ts'
import { same } from './equal.ts'

const schema = defineSchema({ users: table({ id: t.id() }) })

const config = defineConfig({ schema: './src/schema.ts', url: process.env['DATABASE_URL'], schemas: ['public'] })
same<typeof config, Config>(true)
defineConfig({ schema, migrations: './migrations', out: './db', history: { table: 'done', schema: 'meta' } })

// @ts-expect-error the schema is wanted
defineConfig({ url: 'pglite:' })
// @ts-expect-error a schema is a path or a schema
defineConfig({ schema: 5 })
// @ts-expect-error there is no such setting
defineConfig({ schema, migration: './migrations' })
