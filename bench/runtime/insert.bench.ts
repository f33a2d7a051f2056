/** What a session's insert costs beside SQL written by hand: 10,000 users of 7 columns, their ids given back. */
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { createEngine, defineSchema, t, table } from './built.ts'
import { startPostgres } from '../../test/postgres-server.ts'
import { report, turns, type Way } from './turns.ts'

const rows = 10_000
const rounds = Number(process.env.ROUNDS ?? 15)
/** The compiler of V8 works on other threads, and its time counts too. */
const warmUp = 12

const schema = defineSchema({
  users: table({
    id: t.id(),
    email: t.text(),
    name: t.text(),
    age: t.integer(),
    active: t.boolean(),
    score: t.doublePrecision(),
    bio: t.text({ nullable: true }),
    joined: t.timestamptz(),
  }),
})

interface User {
  readonly email: string
  readonly name: string
  readonly age: number
  readonly active: boolean
  readonly score: number
  readonly bio: string | null
  readonly joined: Date
}

const users: readonly User[] = Array.from({ length: rows }, (_, at) => ({
  email: `user${at}@example.org`,
  name: `User number ${at}`,
  age: at % 90,
  active: at % 3 > 0,
  score: at / 7,
  bio: at % 4 === 0 ? null : `Wrote "${at}" things, and more`,
  joined: new Date(1_600_000_000_000 + at * 60_000),
}))

type Values = readonly unknown[]
/** pg gives a bigint as a string, PGlite as a number. */
type Ids = readonly { readonly id: string | number }[]
/** Sends one statement by hand. */
type Query = (text: string, values?: unknown[]) => Promise<{ readonly rows: unknown[] }>

const columns = 'email, name, age, active, score, bio, joined'
const types = ['text', 'text', 'integer', 'boolean', 'double precision', 'text', 'timestamptz']
const recordset =
  `insert into users (${columns}) select ${columns} from json_to_recordset($1) as x(` +
  `${columns
    .split(', ')
    .map((name, at) => `${name} ${types[at]}`)
    .join(', ')}) returning id`
const unnest =
  `insert into users (${columns}) select * from unnest(` +
  `${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')}) returning id`

const chunk = 1000
const place = (at: number): string => `(${types.map((_, column) => `$${at * types.length + column + 1}`).join(', ')})`
const values = `insert into users (${columns}) values ${Array.from({ length: chunk }, (_, at) => place(at)).join(', ')} returning id`

const asValues = (user: User): Values => [
  user.email,
  user.name,
  user.age,
  user.active,
  user.score,
  user.bio,
  user.joined,
]

async function byHand(query: Query, insert: () => Promise<unknown[]>): Promise<void> {
  await query('begin')
  const ids = (await insert()) as Ids
  await query('commit')
  check(users.map((user, at) => ({ id: Number(ids[at]!.id), ...user })))
}

/** That the work was done; it looks at two rows only, so as to cost nothing. */
function check(made: readonly { readonly id: number; readonly email: string }[]): void {
  const [first, last] = [made[0]!, made[rows - 1]!]
  if (made.length !== rows || typeof first.id !== 'number' || last.id !== first.id + rows - 1)
    throw new Error('rows are missing')
  if (last.email !== users[rows - 1]!.email) throw new Error('rows are out of order')
}

function waysByHand(query: Query): Way[] {
  return [
    {
      name: 'json_to_recordset by hand',
      isBase: true,
      run: () => byHand(query, async () => (await query(recordset, [JSON.stringify(users)])).rows),
    },
    {
      name: 'unnest by hand',
      isBase: true,
      run: () =>
        byHand(query, async () => {
          const arrays = types.map((_, column) => users.map(user => asValues(user)[column]))
          return (await query(unnest, arrays)).rows
        }),
    },
    {
      name: `values by hand, ${chunk} rows a statement`,
      isBase: true,
      run: () =>
        byHand(query, async () => {
          const ids: unknown[] = []
          for (let from = 0; from < rows; from += chunk) {
            const some = users.slice(from, from + chunk).flatMap(asValues)
            ids.push(...(await query(values, some)).rows)
          }
          return ids
        }),
    },
  ]
}

function cupelWay(engine: ReturnType<typeof createEngine<typeof schema>>): Way {
  return {
    name: 'cupel: session.addAll, commit',
    isBase: false,
    async run() {
      await using session = engine.session()
      const made = session.addAll('users', users)
      await session.commit()
      check(made)
    },
  }
}

async function compare(title: string, target: pg.Pool | PGlite, query: Query, ways: readonly Way[]): Promise<void> {
  await using engine = createEngine(target, { schema })
  await engine.metadata.createAll()
  const between = async (): Promise<void> => void (await query('truncate users restart identity'))
  const taken = await turns([...ways, cupelWay(engine)], { rows, rounds, warmUp, between, garbage: 'young' })
  console.log(`\n${title}\n\n${report(taken)}`)
}

async function onPg(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  // The server may end a connection that the pool is closing.
  pool.on('error', () => {})
  const client = await pool.connect()
  const query: Query = (text, parameters) => client.query(text, parameters)
  try {
    await compare('pg (CPU is that of the client)', pool, query, waysByHand(query))
  } finally {
    client.release()
    await pool.end()
  }
}

async function onPglite(): Promise<void> {
  const database = await PGlite.create()
  const query: Query = (text, parameters) => database.query(text, parameters)
  // The driver of PGlite knows the parameter's type and writes the JSON itself.
  const json = (text: string) => database.query(text, [users])
  const way: Way = {
    name: 'json_to_recordset by hand',
    isBase: true,
    run: () => byHand(query, async () => (await json(recordset)).rows),
  }
  try {
    await compare('PGlite (CPU includes the database, which is in the process)', database, query, [way])
  } finally {
    await database.close()
  }
}

const { url: address, stop } = await startPostgres()
try {
  console.log(`Node ${process.version}, ${rows} rows, ${rounds} rounds; median (least-most)`)
  await onPg(address)
} finally {
  await stop()
}
await onPglite()
