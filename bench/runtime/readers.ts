/** What reads the rows of the benchmark: `pg` by hand, cupel, and other libraries. */
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, boolean, doublePrecision, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { asc, eq, lte, sql as drizzleSql } from 'drizzle-orm'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import postgres from 'postgres'
import { createEngine } from './built.ts'
import { type Found, connections, many, schema, selectMany, selectOne } from './users.ts'

const drizzleUsers = pgTable('users', {
  id: bigint({ mode: 'number' }).primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  age: integer().notNull(),
  active: boolean().notNull(),
  score: doublePrecision().notNull(),
  bio: text(),
  token: uuid().notNull(),
  joined: timestamp({ withTimezone: true }).notNull(),
})

/** One library: how it reads all rows, and one. */
export interface Reader {
  readonly name: string
  readonly isBase: boolean
  many(): Promise<readonly Found[]>
  one(id: number): Promise<readonly Found[]>
}

export function readers(url: string): { all: Reader[]; end(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  pool.on('error', () => {})
  const engine = createEngine(url, { schema, pool: { max: connections } })
  const tagged = postgres(url, { max: connections })
  const kysely = new Kysely<{ users: Found & { id: number } }>({ dialect: new PostgresDialect({ pool }) })
  const database = drizzle({ client: pool })
  const drizzleMany = database
    .select()
    .from(drizzleUsers)
    .where(lte(drizzleUsers.id, drizzleSql.placeholder('id')))
    .orderBy(asc(drizzleUsers.id))
    .prepare('many')
  const drizzleOne = database
    .select()
    .from(drizzleUsers)
    .where(eq(drizzleUsers.id, drizzleSql.placeholder('id')))
    .prepare('one')
  const all: Reader[] = [
    {
      name: 'pg by hand',
      isBase: true,
      many: async () => (await pool.query<Found>(selectMany, [many])).rows,
      one: async id => (await pool.query<Found>(selectOne, [id])).rows,
    },
    {
      name: 'pg by hand, named statements',
      isBase: true,
      many: async () => (await pool.query<Found>({ name: 'select many', text: selectMany, values: [many] })).rows,
      one: async id => (await pool.query<Found>({ name: 'select one', text: selectOne, values: [id] })).rows,
    },
    {
      name: 'cupel: engine.execute',
      isBase: false,
      many: async () => (await engine.execute<Found>(selectMany, [many])).rows,
      one: async id => (await engine.execute<Found>(selectOne, [id])).rows,
    },
    {
      name: 'postgres.js',
      isBase: false,
      many: async () => await tagged<Found[]>`select * from users where id <= ${many} order by id`,
      one: async id => await tagged<Found[]>`select * from users where id = ${id}`,
    },
    {
      name: 'Kysely',
      isBase: false,
      many: () => kysely.selectFrom('users').selectAll().where('id', '<=', many).orderBy('id').execute(),
      one: id => kysely.selectFrom('users').selectAll().where('id', '=', id).execute(),
    },
    {
      name: 'Drizzle, prepared',
      isBase: false,
      many: () => drizzleMany.execute({ id: many }),
      one: id => drizzleOne.execute({ id }),
    },
  ]
  const end = async (): Promise<void> => {
    await engine.dispose()
    await tagged.end()
    await pool.end()
  }
  return { all, end }
}
