/** What reading costs beside `pg` written by hand, and beside other libraries: full rows, rows by their key, and streams. */
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import postgres from 'postgres'

import { createEngine, driverFor, ResultDecoder } from './built.ts'
import { startPostgres } from '../../test/postgres-server.ts'
import { floor } from './floor.ts'
import { type Reader, readers } from './readers.ts'
import { report, turns, type Way } from './turns.ts'
import { type Found, check, connections, fill, gets, makeTable, many, schema, selectMany, selectOne } from './users.ts'

const rounds = Number(process.env.ROUNDS ?? 30)
const warmUp = 12
const atATime = 32
const streamed = 500_000
const piece = 1000
const streamRounds = Math.ceil(rounds / 6)

const nine = `n as id, 'user' || n || '@example.org' as email, 'User number ' || n as name, n % 90 as age, n % 3 > 0 as active,
  n / 7.0::float8 as score, case when n % 4 > 0 then 'Wrote "' || n || '" things, and more' end as bio,
  '0b5b3a52-9f6d-4f4e-8a3d-1d2c3b4a5f60'::uuid as token, timestamptz '2020-09-13 12:26:40Z' + n * interval '1 minute' as joined`
const selectStream = `select ${nine} from generate_series(1::int8, ${streamed}) n`

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

/** 32 statements in one round trip. */
const pipelined = (url: string): { way: Way; end(): Promise<void> } => {
  const engine = createEngine(url, { schema })
  const way: Way = {
    name: `cupel: engine.pipeline of ${atATime}`,
    isBase: false,
    async run() {
      for (let from = 1; from <= gets; from += atATime) {
        const items = Array.from({ length: atATime }, (_, at) => [selectOne, [from + at]] as const)
        const results = await engine.pipeline(items)
        // The schema says so of these columns.
        for (const [at, { rows }] of results.entries()) check(rows as unknown as Found[], 1, from + at)
      }
    },
  }
  return { way, end: () => engine.dispose() }
}

function streams(url: string): { ways: Way[]; end(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', () => {})
  const driver = driverFor(url)
  const decoder = new ResultDecoder(null)
  const tagged = postgres(url, { max: 1 })
  const ways: Way[] = [
    {
      name: `pg by hand: declare, fetch ${piece}`,
      isBase: true,
      async run() {
        const client = await pool.connect()
        await client.query('begin')
        await client.query(`declare c no scroll cursor for ${selectStream}`)
        let count = 0
        let rows: Found[] = []
        do {
          rows = (await client.query<Found>(`fetch ${piece} from c`)).rows
          count += rows.length
        } while (rows.length === piece)
        await client.query('commit')
        client.release()
        if (count !== streamed) throw new Error('rows are missing')
      },
    },
    {
      name: `cupel: a portal, ${piece} rows at a time`,
      isBase: false,
      async run() {
        const connection = await driver.acquire()
        await connection.run({ text: 'begin', values: [] })
        const portal = await connection.portal({ text: selectStream, values: [] }, decoder)
        let count = 0
        while (!portal.isDone) count += (await portal.next(piece)).length
        await connection.run({ text: 'commit', values: [] })
        connection.release()
        if (count !== streamed) throw new Error('rows are missing')
      },
    },
    {
      name: `postgres.js: cursor of ${piece}`,
      isBase: false,
      async run() {
        let count = 0
        for await (const rows of tagged.unsafe(selectStream, [], { prepare: true }).cursor(piece)) count += rows.length
        if (count !== streamed) throw new Error('rows are missing')
      },
    },
  ]
  const end = async (): Promise<void> => {
    await driver.dispose()
    await tagged.end()
    await pool.end()
  }
  return { ways, end }
}

async function embedded(): Promise<void> {
  const database = await PGlite.create()
  await using engine = createEngine(database, { schema })
  await database.exec(makeTable)
  await database.exec(fill)
  const byHand: Reader = {
    name: 'PGlite by hand',
    isBase: true,
    many: async () => (await database.query<Found>(selectMany, [many])).rows,
    one: async id => (await database.query<Found>(selectOne, [id])).rows,
  }
  const ours: Reader = {
    name: 'cupel: engine.execute',
    isBase: false,
    many: async () => (await engine.execute<Found>(selectMany, [many])).rows,
    one: async id => (await engine.execute<Found>(selectOne, [id])).rows,
  }
  const both = [byHand, ours]
  await measure(`PGlite, ${many} rows of nine columns (CPU includes the database)`, both.map(full), 10 * many)
  await measure('PGlite, a row by its key', both.map(sequential), gets)
  await database.close()
}

async function measure(
  title: string,
  ways: readonly Way[],
  rows: number,
  times: { readonly rounds: number; readonly warmUp: number } = { rounds, warmUp },
): Promise<void> {
  const taken = await turns(ways, { rows, ...times, garbage: 'young', between: async () => {} })
  console.log(`\n${title}\n\n${report(taken)}`)
}

const { url: address, stop } = await startPostgres()
try {
  // By hand: a transaction of an engine would make every promise of the process dearer, which is told apart in README.md.
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  await client.query(makeTable)
  await client.query(fill)
  await client.end()
  console.log(`Node ${process.version}, ${rounds} rounds; median (least-most); CPU is that of the client`)
  const { all, end } = readers(address)
  const alone = await floor(address)
  const together32 = pipelined(address)
  await measure(`${many} rows of nine columns`, all.map(full), 10 * many)
  await measure('a row by its key, one after the other', [...all.map(sequential), alone.way], gets)
  const title = `a row by its key, ${atATime} at a time over ${connections} connections`
  await measure(title, [...all.map(together), together32.way], gets)
  await end()
  await alone.end()
  await together32.end()
  const { ways, end: endStreams } = streams(address)
  if (!process.env.ONLY)
    await measure(`a stream of ${streamed} rows`, ways, streamed, { rounds: streamRounds, warmUp: 1 })
  console.log(`\nmost memory of the process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
  await endStreams()
} finally {
  await stop()
}
await embedded()
