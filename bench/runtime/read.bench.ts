/** What reading costs beside `pg` written by hand, and beside other libraries: full rows, rows by their key, and streams. */
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, boolean, doublePrecision, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { asc, eq, lte, sql as drizzleSql } from 'drizzle-orm'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { createEngine, defineSchema, t, table } from '../../src/index.ts'
import startServer from '../../test/server.ts'
import { report, turns, type Way } from './turns.ts'

const rounds = Number(process.env.ROUNDS ?? 30)
const warmUp = 12
const many = 1000
const gets = 512
const atATime = 32
const connections = 8

const schema = defineSchema({
  users: table({
    id: t.id(),
    email: t.text(),
    name: t.text(),
    age: t.integer(),
    active: t.boolean(),
    score: t.doublePrecision(),
    bio: t.text({ nullable: true }),
    token: t.uuid(),
    joined: t.timestamptz(),
  }),
})
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

const fill = `insert into users (email, name, age, active, score, bio, token, joined)
  select 'user' || n || '@example.org', 'User number ' || n, n % 90, n % 3 > 0, n / 7.0,
    case when n % 4 > 0 then 'Wrote "' || n || '" things, and more' end, md5(n::text)::uuid,
    timestamptz '2020-09-13 12:26:40Z' + n * interval '1 minute 0.123456 seconds'
  from generate_series(1, ${many}) n`

const selectMany = 'select * from users where id <= $1 order by id'
const selectOne = 'select * from users where id = $1'

interface Found {
  readonly email: string
  readonly joined: Date
}
/** One library: how it reads all rows, and one. */
interface Reader {
  readonly name: string
  readonly isBase: boolean
  many(): Promise<readonly Found[]>
  one(id: number): Promise<readonly Found[]>
}

function check(rows: readonly Found[], count: number, last: number): void {
  const row = rows[count - 1]
  if (rows.length !== count || row?.email !== `user${last}@example.org` || !(row.joined instanceof Date))
    throw new Error('the rows are not those that were asked for')
}

function readers(url: string): { all: Reader[]; end(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: connections })
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

const full = (reader: Reader): Way => ({
  name: reader.name,
  isBase: reader.isBase,
  // Several times, since one takes no longer than the clock ticks.
  async run() {
    for (let time = 0; time < 10; time++) check(await reader.many(), many, many)
  },
})

const sequential = (reader: Reader): Way => ({
  name: reader.name,
  isBase: reader.isBase,
  async run() {
    for (let id = 1; id <= gets; id++) check(await reader.one(id), 1, id)
  },
})

const together = (reader: Reader): Way => ({
  name: reader.name,
  isBase: reader.isBase,
  async run() {
    for (let from = 1; from <= gets; from += atATime) {
      const ids = Array.from({ length: atATime }, (_, at) => from + at)
      const found = await Promise.all(ids.map(id => reader.one(id)))
      for (const [at, rows] of found.entries()) check(rows, 1, from + at)
    }
  },
})

async function measure(title: string, ways: readonly Way[], rows: number): Promise<void> {
  const taken = await turns(ways, { rows, rounds, warmUp, between: async () => {} })
  console.log(`\n${title}\n\n${report(taken)}`)
}

let address = ''
const provide = (_: string, url: string): void => {
  address = url
}
// Of the project that the test runner hands over, starting the server uses only this.
const stop = await startServer({ provide } as unknown as TestProject)
try {
  const engine = createEngine(address, { schema })
  await engine.metadata.createAll()
  await engine.execute(fill)
  await engine.dispose()
  console.log(`Node ${process.version}, ${rounds} rounds; median (least-most); CPU is that of the client`)
  const { all, end } = readers(address)
  await measure(`${many} rows of nine columns`, all.map(full), 10 * many)
  await measure('a row by its key, one after the other', all.map(sequential), gets)
  await measure(`a row by its key, ${atATime} at a time over ${connections} connections`, all.map(together), gets)
  await end()
} finally {
  await stop()
}
