/** The protocol on connections that pg has made, beside pg's own use of them. */
import { createServer, connect as connectTo, type Server, type AddressInfo } from 'node:net'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineCore } from '../src/engine/engine.ts'
import { FrameReader } from '../src/engine/frame-reader.ts'
import { ConnectionLost, StatementError } from '../src/engine/statement-error.ts'
import { pgDriver } from './drivers.ts'

type Options = pg.PoolConfig & { readonly pipeline?: boolean }

async function shared(options: Options = {}): Promise<{ pool: pg.Pool; engine: EngineCore; url: string }> {
  const url = await pgDriver.database()
  const pool = new pg.Pool({ connectionString: url, max: 1, ...options })
  pool.on('error', () => {})
  const engine = new EngineCore(pool)
  onTestFinished(async () => {
    await engine.dispose()
    await pool.end()
  })
  return { pool, engine, url }
}

describe.each([
  ['a pool that was given', {}],
  ['a pool whose clients pipeline', { pipeline: true }],
] as [string, Options][])('%s', (_, options) => {
  test('gives the values that an engine gives on a pool of its own', async () => {
    const { engine, url } = await shared(options)
    await using own = new EngineCore(url)
    const text = `select n, n::int8 as big, n / 7.0::float8 as part, 'é' || n as word, null as nothing, $1::timestamptz as at,
      array[n, null] as list, '\\x00ff'::bytea as bytes from generate_series(1, 300) n`
    for (let run = 0; run < 2; run++) {
      const given = await engine.execute(text, ['2026-01-02T03:04:05.678901Z'])
      expect(given.rows).toStrictEqual((await own.execute(text, ['2026-01-02T03:04:05.678901Z'])).rows)
      expect(given.rows[299]).toMatchObject({ n: 300, big: 300n, word: 'é300', nothing: null, list: [300, null] })
    }
  })

  test('runs pipelines as one transaction', async () => {
    const { engine } = await shared(options)
    await engine.execute('create table things (id int primary key)')
    const [, count] = await engine.pipeline([
      ['insert into things values ($1)', [1]],
      'select count(*)::int from things',
    ])
    expect(count.scalar()).toBe(1)
    const failure = await engine
      .pipeline([
        ['insert into things values ($1)', [2]],
        ['insert into things values ($1)', [1]],
      ])
      .catch(error => error)
    expect(failure.statementIndex).toBe(1)
    await engine
      .inTransaction(async tx => {
        await tx.pipeline(['insert into things values (3)', 'insert into things values (4)'])
        throw new Error('enough')
      })
      .catch(() => {})
    expect((await engine.execute('select id from things')).scalars()).toEqual([1])
  })

  test('reports a connection that is lost, and goes on', async () => {
    const { engine, url } = await shared(options)
    await using other = new EngineCore(url)
    const lease = await engine.connect()
    const backend = (await lease.execute('select pg_backend_pid() as id')).scalar()
    const waiting = lease.execute('select pg_sleep(60)').catch(error => error)
    await new Promise(resolve => setTimeout(resolve, 100))
    await other.execute('select pg_terminate_backend($1::int)', [backend])
    expect(await waiting).toBeInstanceOf(ConnectionLost)
    lease.release()
    expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
  })
})

test('pg itself works on the connections that an engine uses', async () => {
  const { pool, engine } = await shared()
  expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
  const client = await pool.connect()
  const notices: unknown[] = []
  client.on('notice', notice => notices.push(notice.message))
  client.on('notification', message => notices.push(message.payload))
  expect((await client.query('select 2 as n')).rows).toEqual([{ n: 2 }])
  expect((await client.query({ name: 'mine', text: 'select $1::int as n', values: [3] })).rows).toEqual([{ n: 3 }])
  await expect(client.query('select 1 / 0')).rejects.toThrow('division by zero')
  const large = await client.query(`select repeat('x', 100000) as text from generate_series(1, 50)`)
  expect(large.rows.every(row => row.text.length === 100_000)).toBe(true)
  await client.query('listen news')
  client.release()
  await engine.execute(`do $$ begin raise notice 'from a statement of the engine'; end $$`)
  await engine.execute(`select pg_notify('news', 'heard')`)
  expect((await engine.execute('select 4 as n')).scalar()).toBe(4)
  expect(notices).toEqual(['from a statement of the engine', 'heard'])
  expect((await pool.query({ name: 'mine', text: 'select $1::int as n', values: [5] })).rows).toEqual([{ n: 5 }])
})

test('two engines share a pool', async () => {
  const { pool, engine } = await shared()
  const second = new EngineCore(pool, { prepare: false })
  for (let n = 0; n < 3; n++) {
    expect((await engine.execute('select $1::int as n', [n])).scalar()).toBe(n)
    expect((await second.execute('select $1::int as n', [n])).scalar()).toBe(n)
  }
  await second.dispose()
})

test('a statement that waits for rows to copy is refused, and the connection is clean', async () => {
  const { engine } = await shared()
  await engine.execute('create table things (id int)')
  await expect(engine.execute('copy things from stdin')).rejects.toThrow('carries no rows')
  expect((await engine.execute('copy things to stdout')).rows).toEqual([])
  expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
})

test('what a reader of rows throws reaches the caller, and the connection is clean', async () => {
  const { engine } = await shared()
  for (let run = 0; run < 2; run++) {
    await expect(
      engine.execute(`select case when n = 500 then 'infinity' else now() end as at from generate_series(1, 2000) n`),
    ).rejects.toThrow('infinity')
    expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
  }
})

/** Stands between a client and a server, and hands on what the server says in pieces. */
async function inPieces(url: string, size: number): Promise<string> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<{ destroy(): void }>()
  const server: Server = createServer(client => {
    const upstream = connectTo(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream)
    let order = Promise.resolve()
    upstream.on('data', chunk => {
      order = order.then(async () => {
        for (let at = 0; at < chunk.length; at += size) {
          client.write(chunk.subarray(at, at + size))
          await new Promise(resolve => setImmediate(resolve))
        }
      })
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  const address = new URL(url)
  address.port = String((server.address() as AddressInfo).port)
  return address.href
}

test.each([1, 3, 7, 1000])('answers that arrive in pieces of %i bytes are read', async size => {
  await using engine = new EngineCore(await inPieces(await pgDriver.database(), size), { pool: { max: 1 } })
  const text = `select n, repeat('é', n * 20) as word, now() as at from generate_series(1, $1::int) n`
  for (let run = 0; run < 3; run++) {
    const { rows } = await engine.execute<{ n: number; word: string }>(text, [20])
    expect(rows.map(row => row.word.length)).toEqual(Array.from({ length: 20 }, (_, at) => (at + 1) * 20))
    await expect(engine.execute('select $1::int / 0', [run])).rejects.toBeInstanceOf(StatementError)
  }
})

test('messages are found however they are cut', () => {
  const sent = ['', 'a', 'bb', 'x'.repeat(40)].map(body => {
    const message = Buffer.alloc(5 + body.length)
    message.write('D')
    message.writeUInt32BE(4 + body.length, 1)
    message.write(body, 5)
    return message
  })
  class Collected extends FrameReader {
    readonly found: string[] = []
    protected override message(buffer: Buffer, at: number, size: number): void {
      this.found.push(buffer.toString('latin1', at, at + size))
    }
  }
  const all = Buffer.concat(sent)
  for (const copies of [true, false]) {
    for (let first = 0; first <= all.length; first++) {
      for (let second = first; second <= all.length; second++) {
        const reader = new Collected(copies)
        for (const [from, to] of [
          [0, first],
          [first, second],
          [second, all.length],
        ] as const) {
          const piece = Buffer.from(all.subarray(from, to))
          reader.push(piece)
          if (copies) piece.fill(0)
        }
        expect(reader.found).toEqual(sent.map(message => message.toString('latin1')))
      }
    }
  }
})
