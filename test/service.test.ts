/** The service of `examples/service`, as a process with clients of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { schema } from '../examples/service/schema.ts'
import { type Engine, createEngine } from '../src/index.ts'
import { pgDriver } from './drivers.ts'
import { embeddedFolder } from './embedded.ts'
import { type RunningService, countLines, stalled, startService } from './service.ts'

const posts = 60_000
/** More than fits between a server and a client that takes nothing. */
const some = 15_000
const body = 1500
const mostGrowth = 25_000_000

/** Each address is of an empty database that may be opened again, by another process. */
const places = [
  {
    name: 'pglite',
    async address(): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'cupel-service-'))
      afterAll(() => rm(folder, { recursive: true, force: true }))
      embeddedFolder(inject('template'), folder)
      return `pglite:${folder}`
    },
  },
  { name: 'pg', address: () => pgDriver.database() },
] as const

/** Two accounts, and posts of a megabyte for each 660. */
async function seed(address: string, count: number): Promise<void> {
  await using engine = createEngine(address, { schema })
  await engine.metadata.createAll()
  await engine.execute(
    `insert into accounts (email, credit) values ('ada@example.org', 1000), ('grace@example.org', 1000)`,
  )
  await engine.execute(
    `insert into posts (author_id, title, body) select 1, 'Post ' || n, repeat('x', ${body}) from generate_series(1, ${count}) n`,
  )
}

async function json(service: RunningService, method: string, path: string, given?: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return await fetch(service.url + path, { method, headers, body: given === undefined ? null : JSON.stringify(given) })
}

/** What the server runs, or holds open, for the service. */
async function activity(watcher: Engine): Promise<{ state: string; wait: string | null; query: string }[]> {
  const found = await watcher.execute<{ state: string; wait: string | null; query: string }>(
    `select state, wait_event_type as wait, query from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'`,
  )
  return found.rows
}

for (const { name, address: open } of places) {
  describe(`the service on ${name}`, () => {
    let address: string
    let service: RunningService
    beforeAll(async () => {
      address = await open()
      await seed(address, posts)
      service = await startService(address, 10_000)
      return async () => {
        expect(await service.end()).toBe(0)
      }
    })
    const memory = async () => ((await (await json(service, 'GET', '/health')).json()) as { memory: number }).memory
    const credit = async (id: number) =>
      ((await (await json(service, 'GET', `/accounts/${id}`)).json()) as { credit: number }).credit

    it('streams a large result in flat memory', async () => {
      const response = await fetch(`${service.url}/posts`)
      expect(response.headers.get('content-type')).toBe('application/x-ndjson')
      const samples = [await memory()]
      const sampled = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        let bytes = 0
        for await (const chunk of chunks) {
          yield chunk
          bytes += chunk.length
          if (bytes > samples.length * 3_000_000) samples.push(await memory())
        }
      }
      const read = await countLines(sampled(response.body!))
      expect(read.lines).toBe(posts)
      expect(read.bytes).toBeGreaterThan(3 * mostGrowth)
      // Between two collections there is garbage, too: what is held is what is there behind one of them.
      const later = samples.slice(samples.length / 2)
      expect(later.length).toBeGreaterThan(10)
      expect(Math.min(...later) - samples[0]!).toBeLessThan(mostGrowth)
    })

    it('gives one line of JSON for each row, from where it was asked for', async () => {
      const lines = (await (await fetch(`${service.url}/posts?after=${posts - 2}`)).text()).split('\n')
      expect(lines.pop()).toBe('')
      expect(lines.map(line => JSON.parse(line))).toEqual(
        [posts - 1, posts].map(id => ({ id, authorId: 1, title: `Post ${id}`, body: 'x'.repeat(body) })),
      )
    })

    it('waits while a client takes nothing, and has its connection back when the client goes', async () => {
      const before = await memory()
      for (let client = 0; client < 3; client++) {
        const response = await stalled(`${service.url}/posts`)
        await new Promise(resolve => setTimeout(resolve, 300))
        expect((await memory()) - before).toBeLessThan(2 * mostGrowth)
        response.destroy()
        await vi.waitFor(async () => expect((await json(service, 'GET', '/ready')).status).toBe(200), 20_000)
      }
    })

    it('puts transfers at the same time in order, each of them once', async () => {
      const [ada, grace] = [await credit(1), await credit(2)]
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, at) =>
          json(service, 'PUT', `/transfers/${randomUUID()}`, {
            giverId: 1 + (at % 2),
            takerId: 2 - (at % 2),
            amount: at % 2 === 0 ? 7 : 3,
          }),
        ),
      )
      expect(answers.map(answer => answer.status)).toEqual(Array(16).fill(201))
      expect([await credit(1), await credit(2)]).toEqual([ada - 8 * 4, grace + 8 * 4])
    })

    it('moves a transfer that is sent again once', async () => {
      const before = await credit(1)
      const path = `/transfers/${randomUUID()}`
      const given = { giverId: 1, takerId: 2, amount: 5 }
      const together = await Promise.all([1, 2].map(() => json(service, 'PUT', path, given)))
      expect(together.map(answer => answer.status).toSorted()).toEqual([200, 201])
      expect((await json(service, 'PUT', path, given)).status).toBe(200)
      expect((await json(service, 'PUT', path, { ...given, amount: 6 })).status).toBe(409)
      expect(await credit(1)).toBe(before - 5)
    })

    it('says what is wrong with what it was given, and repeats none of it', async () => {
      const secret = 'hunter2'
      const transfer = `/transfers/${randomUUID()}`
      const move = { giverId: 1, takerId: 2, amount: 1 }
      const cases: [method: string, path: string, given: unknown, status: number, says: string][] = [
        [
          'POST',
          '/accounts',
          { email: secret, credit: 1 },
          422,
          '{"path":["email"],"message":"is an address of mail"}',
        ],
        ['POST', '/accounts', { email: 'a@b.c', credit: secret }, 422, '"path":["credit"]'],
        ['POST', '/accounts', { email: 'a@b.c', credit: 1, [secret]: 1 }, 422, 'has no keys but email, credit'],
        ['POST', '/accounts', { email: 'ada@example.org', credit: 1 }, 409, 'there is an account with this address'],
        ['POST', '/posts', { authorId: 999_999, title: secret, body: secret }, 422, 'there is no such author'],
        ['POST', '/posts', { authorId: 1, title: `${secret}\0`, body: secret }, 422, 'text'],
        ['POST', '/posts', { authorId: 1, title: `${secret}\ud800`, body: secret }, 422, 'text'],
        ['POST', '/posts', [secret], 422, 'is an object with authorId, title, body'],
        ['POST', '/posts', { authorId: 1, title: secret, body: secret.repeat(20_000) }, 413, 'at most 65536 bytes'],
        ['PUT', transfer, { ...move, amount: 1_000_000 }, 409, 'the credit does not cover this'],
        ['PUT', transfer, { ...move, takerId: 999_999 }, 422, 'there is no such account'],
        ['PUT', transfer, { ...move, takerId: 1 }, 422, 'an account gives nothing to itself'],
        ['PUT', `/transfers/${secret}`, move, 404, 'a uuid'],
        ['GET', `/accounts/${secret}`, undefined, 400, 'an id is a whole number'],
        ['GET', '/accounts/999999', undefined, 404, 'there is no such account'],
        ['GET', `/posts?after=${secret}`, undefined, 400, 'an id is a whole number'],
        ['GET', `/${secret}`, undefined, 404, 'there is nothing here'],
        ['DELETE', '/posts', undefined, 405, 'this takes GET, POST'],
      ]
      for (const [method, path, given, status, says] of cases) {
        const response = await json(service, method, path, given)
        const text = await response.text()
        expect(`${response.status} ${text}`, service.log()).toMatch(new RegExp(`^${status} `))
        expect(text).toContain(says)
        expect(text).not.toContain(secret)
        expect(text).not.toContain('ada@example.org')
      }
      const headers = { 'content-type': 'application/json' }
      const broken = await fetch(`${service.url}/posts`, { method: 'POST', headers, body: `{"title": ${secret}` })
      expect(`${broken.status} ${await broken.text()}`).toBe('400 {"error":"the body is not JSON"}')
      const form = await fetch(`${service.url}/posts`, { method: 'POST', body: new URLSearchParams({ title: secret }) })
      expect(`${form.status} ${await form.text()}`).toBe('415 {"error":"a body is application/json"}')
      expect(service.log()).not.toContain(secret)
    })

    it('says that it is busy while others hold all connections, and when to come again', async () => {
      for (let held = 0; held < (name === 'pg' ? 10 : 1); held++) await stalled(`${service.url}/posts`)
      const response = await json(service, 'GET', '/ready')
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('1')
      expect(await response.json()).toEqual({ error: 'the service is busy; send it again later' })
      expect((await json(service, 'GET', '/health')).status).toBe(200)
    })
  })

  describe(`the end of the service on ${name}`, () => {
    let address: string
    beforeAll(async () => {
      address = await open()
      await seed(address, some)
    })
    const connections = async () => {
      if (name === 'pglite') return 0
      await using watcher = createEngine(address)
      const others = `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
      return (await watcher.execute(others)).scalar()
    }

    it('SIGTERM lets what is in flight end, takes nothing more, and ends with 0', async () => {
      const service = await startService(address, 30_000)
      const streaming = await stalled(`${service.url}/posts`)
      const ended = service.end()
      await vi.waitFor(() => expect(fetch(`${service.url}/health`)).rejects.toThrow('fetch failed'), 20_000)
      expect(await countLines(streaming)).toMatchObject({ lines: some })
      expect(await ended).toBe(0)
      expect(service.log()).toBe('')
      expect(await connections()).toBe(0)
    })

    it('SIGTERM gives up what outlasts its grace, so that no client takes it for whole, and ends with 0', async () => {
      const service = await startService(address, 500)
      const streaming = await stalled(`${service.url}/posts`)
      expect(await service.end()).toBe(0)
      await expect(countLines(streaming)).rejects.toThrow('aborted')
      expect(service.log()).toBe('')
      expect(await connections()).toBe(0)
    })

    it('SIGTERM does not wait for clients that keep a connection', async () => {
      const service = await startService(address, 30_000)
      expect((await fetch(`${service.url}/ready`)).headers.get('connection')).toBe('keep-alive')
      const start = performance.now()
      expect(await service.end()).toBe(0)
      expect(performance.now() - start).toBeLessThan(20_000)
    })
  })
}

describe('the service on a server', () => {
  let service: RunningService
  let watcher: Engine
  beforeAll(async () => {
    const address = await pgDriver.database()
    await seed(address, some)
    watcher = createEngine(address)
    service = await startService(address, 10_000)
    return async () => {
      expect(await service.end()).toBe(0)
      await watcher.dispose()
    }
  })
  const seen = (count: number, wanted: object) =>
    vi.waitFor(
      async () => expect(await activity(watcher)).toEqual(Array(count).fill(expect.objectContaining(wanted))),
      {
        timeout: 20_000,
        interval: 50,
      },
    )

  it('stops a statement that runs when its client goes', async () => {
    await using lock = await watcher.begin()
    await lock.execute('lock table posts in access exclusive mode')
    const client = new AbortController()
    const asked = fetch(`${service.url}/posts`, { signal: client.signal })
    const statement = { state: 'active', wait: 'Lock', query: expect.stringContaining('from posts where id >') }
    await vi.waitFor(
      async () => expect(await activity(watcher)).toContainEqual(expect.objectContaining(statement)),
      20_000,
    )
    client.abort()
    await expect(asked).rejects.toThrow('aborted')
    // The table is still locked: what is gone was stopped.
    await vi.waitFor(
      async () => expect((await activity(watcher)).filter(({ query }) => query.includes('from posts'))).toEqual([]),
      20_000,
    )
  })

  it('asks the server for nothing while a client takes nothing, and ends the transaction when it goes', async () => {
    const response = await stalled(`${service.url}/posts`)
    await seen(1, { state: 'idle in transaction' })
    response.destroy()
    await seen(0, {})
  })

  it('runs transfers again that the database could not put in order', async () => {
    await using others = await watcher.begin()
    await others.execute('update accounts set credit = credit + 100 where id = 1')
    const answers = Promise.all(
      [1, 2].map(amount => json(service, 'PUT', `/transfers/${randomUUID()}`, { giverId: 1, takerId: 2, amount })),
    )
    // Each has read the account as it was before: whichever waits for the row cannot go on from there.
    await vi.waitFor(
      async () => expect((await activity(watcher)).filter(({ wait }) => wait === 'Lock')).toHaveLength(2),
      20_000,
    )
    await others.commit()
    expect((await answers).map(({ status }) => status)).toEqual([201, 201])
    const { rows } = await watcher.execute('select id, credit from accounts order by id')
    expect(rows).toEqual([
      { id: 1n, credit: 1097 },
      { id: 2n, credit: 1003 },
    ])
  })

  it('says that it is busy when the connection of a request is lost, and goes on', async () => {
    const lock = await watcher.begin()
    await lock.execute('lock table accounts in access exclusive mode')
    const asked = json(service, 'GET', '/accounts/1')
    await vi.waitFor(
      async () => expect((await activity(watcher)).filter(({ wait }) => wait === 'Lock')).toHaveLength(1),
      20_000,
    )
    await watcher.execute(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    const response = await asked
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    await lock.rollback()
    expect((await json(service, 'GET', '/accounts/1')).status).toBe(200)
  })
})
