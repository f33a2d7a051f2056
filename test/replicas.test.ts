import { execFile } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { ConnectionLost, createEngine, defineSchema, t, table } from '../src/index.ts'
import { type Replication, replication } from './replication.ts'

const schema = defineSchema({ notes: table({ id: t.id(), text: t.text() }) })

let servers: Replication
/** An engine on one server alone, to look and to disturb. */
const on = (server: { readonly url: string }) => createEngine(server.url)
const make = (replicas = servers.replicas.map(({ url }) => url), options: object = {}) =>
  createEngine({ primary: servers.primary.url, replicas }, { schema, ...options })

type Made = ReturnType<typeof make>

beforeAll(async () => {
  servers = await replication(inject('programs'), 2)
  await using engine = on(servers.primary)
  await engine.execute('create table notes (id bigint generated always as identity primary key, text text not null)')
}, 120_000)

afterAll(() => servers.end(), 60_000)

/** The port of the server that answers a statement that reads. */
const port = async (engine: Made, options = {}): Promise<number> =>
  (await engine.execute('select inet_server_port()', [], options)).scalar() as number

/** Waits until something holds. */
async function until(holds: () => Promise<boolean>, patience = 15_000): Promise<void> {
  const end = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to be')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** Waits until all replicas have replayed what the primary has. */
async function caughtUp(): Promise<void> {
  await using primary = on(servers.primary)
  const position = (await primary.execute('select pg_current_wal_insert_lsn()::text')).scalar()
  for (const server of servers.replicas) {
    await using replica = on(server)
    await until(
      async () =>
        (await replica.execute('select pg_last_wal_replay_lsn() >= $1::pg_lsn', [position])).scalar() === true,
    )
  }
}

const replicaPorts = (): number[] => servers.replicas.map(server => server.port)

beforeEach(caughtUp)

/** Runs work while the replicas replay nothing. */
async function paused(work: () => Promise<void>): Promise<void> {
  const engines = servers.replicas.map(on)
  try {
    for (const engine of engines) await engine.execute('select pg_wal_replay_pause()')
    for (const engine of engines)
      await until(async () => (await engine.execute('select pg_get_wal_replay_pause_state()')).scalar() === 'paused')
    await work()
  } finally {
    for (const engine of engines) {
      await engine.execute('select pg_wal_replay_resume()')
      await engine.dispose()
    }
  }
}

const notes = async (engine: Made): Promise<number> =>
  Number((await engine.execute('select count(*) from notes')).scalar())

describe('an engine with replicas', () => {
  test('reads from replicas and writes to the primary', async () => {
    await using engine = make()
    expect(replicaPorts()).toContain(await port(engine))
    const written = await engine.execute("insert into notes (text) values ('a') returning inet_server_port() as port")
    expect(written.scalar()).toBe(servers.primary.port)
    expect(engine.driver).toBe('pg')
  })

  test('spreads reads that run at once over all replicas', async () => {
    await using engine = make()
    const ports = await Promise.all(Array.from({ length: 40 }, () => port(engine)))
    const shares = replicaPorts().map(one => ports.filter(found => found === one).length)
    expect(shares).toEqual([20, 20])
  })

  test('reads where it is told to', async () => {
    await using engine = make()
    expect(await port(engine, { on: 'primary' })).toBe(servers.primary.port)
    const unknown = 'select inet_server_port() from pg_backend_pid()'
    expect((await engine.execute(unknown)).scalar()).toBe(servers.primary.port)
    await caughtUp()
    await until(async () => replicaPorts().includes(await port(engine)))
    expect(replicaPorts()).toContain((await engine.execute(unknown, [], { on: 'replica' })).scalar())
    await expect(engine.execute('select 1', [], { on: 'standby' as 'replica' })).rejects.toMatchObject({
      code: 'wrongServer',
    })
  })

  test('reads from replicas through Kysely until something is written on its connection', async () => {
    await using engine = make()
    const select = engine.query.selectNoFrom(builder => builder.fn<number>('inet_server_port').as('port'))
    expect(replicaPorts()).toContain((await select.executeTakeFirstOrThrow()).port)
    await engine.query.connection().execute(async db => {
      const here = db.selectNoFrom(builder => builder.fn<number>('inet_server_port').as('port'))
      expect(replicaPorts()).toContain((await here.executeTakeFirstOrThrow()).port)
      await db.insertInto('notes').values({ text: 'k' }).execute()
      expect((await here.executeTakeFirstOrThrow()).port).toBe(servers.primary.port)
    })
    await engine.query.transaction().execute(async db => {
      const here = db.selectNoFrom(builder => builder.fn<number>('inet_server_port').as('port'))
      expect((await here.executeTakeFirstOrThrow()).port).toBe(servers.primary.port)
    })
  })

  test('keeps transactions, sessions and held connections on the primary', async () => {
    await using engine = make()
    await engine.transaction(async tx => {
      expect((await tx.execute('select inet_server_port()')).scalar()).toBe(servers.primary.port)
    })
    await using lease = await engine.connect()
    expect((await lease.execute('select inet_server_port()')).scalar()).toBe(servers.primary.port)
    await using session = engine.session()
    expect((await session.execute('select inet_server_port()')).scalar()).toBe(servers.primary.port)
    await session.rollback()
    // None of them wrote.
    expect(replicaPorts()).toContain(await port(engine))
  })

  test('sends a pipeline of reads to one replica, and any other to the primary', async () => {
    await using engine = make()
    const [first, second] = await engine.pipeline([
      'select inet_server_port()',
      ['select inet_server_port() + $1::int', [0]],
    ])
    expect(replicaPorts()).toContain(first?.scalar())
    expect(second?.scalar()).toBe(first?.scalar())
    const mixed = await engine.pipeline(["insert into notes (text) values ('p')", 'select inet_server_port()'])
    expect(mixed[1]?.scalar()).toBe(servers.primary.port)
    await expect(engine.pipeline(['select 1', 'select 1 / 0'])).rejects.toMatchObject({
      sqlState: '22012',
      statementIndex: 1,
    })
  })
})

describe("a read behind the caller's own write", () => {
  test('is never older than it while the replicas replay nothing', async () => {
    await using engine = make()
    const before = await notes(engine)
    await paused(async () => {
      await engine.execute("insert into notes (text) values ('1')")
      expect(await notes(engine)).toBe(before + 1)
      // The position is known by now, and the replicas have not come to it.
      expect(await notes(engine)).toBe(before + 1)
      expect(await port(engine)).toBe(servers.primary.port)
      await engine.transaction(async tx => void (await tx.execute("insert into notes (text) values ('2')")))
      expect(await notes(engine)).toBe(before + 2)
      await engine.query.insertInto('notes').values({ text: '3' }).execute()
      expect(await engine.query.selectFrom('notes').select('id').execute()).toHaveLength(before + 3)
      await using session = engine.session()
      session.add('notes', { text: '4' })
      await session.commit()
      expect(await notes(engine)).toBe(before + 4)
      await engine.copyFrom('notes', [{ text: '5' }])
      expect(await notes(engine)).toBe(before + 5)
      await engine.executeMany('insert into notes (text) values ($1)', [['6'], ['7']])
      expect(await notes(engine)).toBe(before + 7)
      for await (const _ of engine.stream("insert into notes (text) values ('8') returning id"));
      expect(await notes(engine)).toBe(before + 8)
      await using lease = await engine.connect()
      await Promise.all([
        lease.execute('select 1'),
        lease.execute("insert into notes (text) values ('9')"),
        lease.execute('select 1'),
      ])
      expect(await notes(engine)).toBe(before + 9)
    })
    await until(async () => replicaPorts().includes(await port(engine)))
    expect(await notes(engine)).toBe(before + 9)
  })

  test('is never older than it among many writers and readers', async () => {
    await using engine = make()
    const answered = new Set<unknown>()
    const one = async (name: string): Promise<void> => {
      for (let round = 0; round < 25; round++) {
        const { id } = (
          await engine.execute<{ id: number }>('insert into notes (text) values ($1) returning id', [name])
        ).one()
        for (let look = 0; look < 4; look++) {
          const found = await engine.execute('select inet_server_port() as port, text from notes where id = $1', [id])
          expect(found.one()['text']).toBe(name)
          answered.add(found.one()['port'])
        }
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, at) => one(`writer ${at}`)))
    expect(answered.size).toBeGreaterThan(1)
  })

  test('sees what a commit wrote that does not wait for the disk', async () => {
    await using engine = make()
    const before = await notes(engine)
    await paused(async () => {
      await engine.transaction(async tx => {
        await tx.execute('set local synchronous_commit = off')
        await tx.execute("insert into notes (text) values ('a')")
      })
      expect(await notes(engine)).toBe(before + 1)
      expect(await notes(engine)).toBe(before + 1)
    })
  })

  test('sees what a function wrote that was called by a statement that seemed to read', async () => {
    await using engine = make()
    await engine.execute(`create or replace function note() returns bigint language sql
      as $$ insert into notes (text) values ('by a view') returning id $$`)
    await engine.execute('create or replace view noting as select note() as id')
    await caughtUp()
    const before = await notes(engine)
    await until(async () => replicaPorts().includes(await port(engine)))
    // The replica refuses it, and the primary runs it.
    const { id } = (await engine.execute<{ id: bigint }>('select id from noting')).one()
    await paused(async () => {
      const found = (await engine.execute('select text from notes where id = $1', [id])).scalar()
      expect(found).toBe('by a view')
      expect(await notes(engine)).toBe(before + 1)
    })
  })
})

describe('a role of its own', () => {
  const as = (role: string, options: object = {}): Made => {
    const url = (server: { readonly url: string }) => server.url.replace('postgres@', `${role}@`)
    const target = { primary: url(servers.primary), replicas: servers.replicas.map(url) }
    return createEngine(target, { schema, ...options })
  }

  beforeAll(async () => {
    await using engine = on(servers.primary)
    for (const isolation of ['repeatable read', 'serializable']) {
      const role = isolation.replace(' ', '_')
      await engine.execute(`create role ${role} login`)
      await engine.execute(`alter role ${role} set default_transaction_isolation = '${isolation}'`)
      await engine.execute(`grant all on notes to ${role}`)
    }
  })

  test.each([true, false])('may keep one snapshot for a transaction, with prepare: %s', async prepare => {
    await using engine = as('repeatable_read', { prepare })
    expect(await ports(engine)).toEqual(new Set(replicaPorts()))
    await paused(async () => {
      const before = await notes(engine)
      await engine.execute("insert into notes (text) values ('r')")
      expect(await notes(engine)).toBe(before + 1)
      expect(await notes(engine)).toBe(before + 1)
    })
    await until(async () => replicaPorts().includes(await port(engine)))
  })

  test('is refused by replicas where it wants all transactions serializable', async () => {
    await using engine = as('serializable')
    await expect(port(engine)).rejects.toMatchObject({ sqlState: '0A000' })
    expect((await engine.execute('show default_transaction_isolation')).scalar()).toBe('serializable')
  })
})

test('a read goes on after the columns of its table have changed', async () => {
  await using engine = make()
  await engine.execute('create table changing (a int); insert into changing values (1)')
  const look = async () => (await engine.execute('select * from changing')).first()
  await until(async () => replicaPorts().includes(await port(engine)))
  for (let round = 0; round < 6; round++) expect(await look()).toEqual({ a: 1 })
  await engine.execute('alter table changing add b text')
  await until(async () => replicaPorts().includes(await port(engine)))
  for (let round = 0; round < 6; round++) expect(await look()).toEqual({ a: 1, b: null })
  expect((await engine.execute('select * from changing')).server).toBeDefined()
})

describe('rows that come one by one', () => {
  const streamed = async (engine: Made, text: string, options = {}): Promise<unknown[]> => {
    const found: unknown[] = []
    for await (const row of engine.stream<{ port: unknown }>(text, [], options)) found.push(row.port)
    return found
  }
  const reading = 'select inet_server_port() as port from generate_series(1, 1200)'

  test('are read from a replica, where they only are read', async () => {
    await using engine = make()
    const ports = await streamed(engine, reading)
    expect(ports).toHaveLength(1200)
    expect(replicaPorts()).toContain(ports[0])
    expect((await streamed(engine, reading, { on: 'primary' }))[0]).toBe(servers.primary.port)
    expect((await streamed(engine, `${reading} for update`.replace('1200', '1')))[0]).toBe(servers.primary.port)
    await expect(streamed(engine, reading, { on: 'there' })).rejects.toMatchObject({ code: 'wrongServer' })
    const copied: unknown[] = []
    for await (const row of engine.copyTo<{ port: number }>(reading)) copied.push(row.port)
    expect(copied).toHaveLength(1200)
    // A statement that locks counts as one that writes, so the log's position was asked for.
    expect(replicaPorts()).toContain(copied[0])
    await engine.transaction(async tx => {
      for await (const row of tx.stream(reading)) expect(row['port']).toBe(servers.primary.port)
    })
  })

  test('are never older than what was written', async () => {
    await using engine = make()
    await paused(async () => {
      const { id } = (await engine.execute<{ id: bigint }>("insert into notes (text) values ('s') returning id")).one()
      const look = `select inet_server_port() as port from notes where id = ${id}`
      expect(await streamed(engine, look)).toEqual([servers.primary.port])
      expect(await streamed(engine, look)).toEqual([servers.primary.port])
    })
    await until(async () => replicaPorts().includes((await streamed(engine, reading))[0] as number))
  })

  test('come from the primary where a replica refuses them or is lost', async () => {
    await using engine = make()
    await engine.execute(`create or replace function remark() returns int language sql
      as $$ insert into notes (text) values ('streamed'); select inet_server_port() $$`)
    await engine.execute('create or replace view telling as select remark() as port')
    await caughtUp()
    await until(async () => replicaPorts().includes((await streamed(engine, reading))[0] as number))
    expect(await streamed(engine, 'select port from telling')).toEqual([servers.primary.port])
    const [first, second] = servers.replicas
    await first?.stop()
    await second?.stop()
    try {
      expect((await streamed(engine, reading))[0]).toBe(servers.primary.port)
    } finally {
      await first?.start()
      await second?.start()
    }
    await until(async () => replicaPorts().includes((await streamed(engine, reading))[0] as number))
  })
})

/** The ports that answer so many reads. */
async function ports(engine: Made, count = 20): Promise<Set<number>> {
  return new Set(await Promise.all(Array.from({ length: count }, () => port(engine))))
}

describe('reads over servers that fail', () => {
  test('go elsewhere while a replica is down, and come back to it', async () => {
    await using engine = make()
    const [first, second] = servers.replicas
    expect(await ports(engine)).toEqual(new Set(replicaPorts()))
    await first?.stop()
    try {
      expect(await ports(engine)).toEqual(new Set([second?.port]))
      await second?.stop()
      expect(await ports(engine)).toEqual(new Set([servers.primary.port]))
    } finally {
      await first?.start()
      await second?.start()
    }
    await until(async () => (await ports(engine)).size === 2)
    expect(await ports(engine)).toEqual(new Set(replicaPorts()))
  })

  test('do not wait for a replica that is down from the start', async () => {
    const [first, second] = servers.replicas
    await first?.stop()
    try {
      await using engine = make()
      expect(await ports(engine)).toEqual(new Set([second?.port]))
    } finally {
      await first?.start()
    }
  })

  test('wait once for a replica that says nothing', async () => {
    const sockets = new Set<Socket>()
    const silent = createServer(socket => {
      // It is cut off in the end.
      socket.on('error', () => {})
      sockets.add(socket)
    })
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port: number } = silent.address() as AddressInfo
    const [first] = servers.replicas
    const engine = make([`postgresql://postgres@127.0.0.1:${number}/postgres`, first?.url ?? ''])
    try {
      expect(await port(engine)).toBe(first?.port)
      const start = performance.now()
      for (let round = 0; round < 5; round++) expect(await port(engine)).toBe(first?.port)
      // It was waited for 3 seconds, and is tried again beside the reads.
      expect(performance.now() - start).toBeLessThan(2500)
    } finally {
      for (const socket of sockets) socket.destroy()
      silent.close()
      await engine.dispose()
    }
  })

  test('are run again elsewhere when their connection is lost under way', async () => {
    const [first, second] = servers.replicas
    await using engine = make([first?.url ?? ''])
    const reading = engine.execute('select inet_server_port(), pg_sleep(1)')
    await using watcher = on(first ?? servers.primary)
    const kill =
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(1)' and pid <> pg_backend_pid()"
    await until(async () => (await watcher.execute(kill)).rowCount > 0)
    expect((await reading).first()?.['inet_server_port']).toBe(servers.primary.port)
    expect(second).toBeDefined()
  })

  test('are given up on the replica, which goes on', async () => {
    await using engine = make()
    const signal = AbortSignal.timeout(300)
    const sleeping = () => engine.execute('select pg_sleep(30)', [], { signal })
    await expect(sleeping()).rejects.toMatchObject({ name: 'StatementCanceled' })
    await expect(engine.execute('select pg_sleep(30)', [], { timeout: 200 })).rejects.toMatchObject({
      name: 'StatementTimeout',
    })
    for (const server of servers.replicas) {
      await using watcher = on(server)
      const sleepers = "select 1 from pg_stat_activity where state = 'active' and query = 'select pg_sleep(30)'"
      expect((await watcher.execute(sleepers)).rows).toEqual([])
    }
    expect(await ports(engine)).toEqual(new Set(replicaPorts()))
  })

  test('go on without the primary, unless the replicas may lack what was written', async () => {
    await using reader = make()
    await using writer = make()
    await using unsure = make()
    await using lagging = make()
    await using committing = make()
    const tx = await committing.begin()
    await tx.execute("insert into notes (text) values ('e')")
    expect(replicaPorts()).toContain(await port(committing))
    await port(reader)
    await writer.execute("insert into notes (text) values ('a')")
    const count = await notes(writer)
    await caughtUp()
    await unsure.execute("insert into notes (text) values ('b')")
    await paused(async () => {
      await lagging.execute("insert into notes (text) values ('c')")
      expect(await notes(lagging)).toBe(count + 2)
      await servers.primary.stop()
      try {
        expect(await ports(reader)).toEqual(new Set(replicaPorts()))
        // It knows how far the replicas must have come, and they have.
        expect(await notes(writer)).toBeGreaterThanOrEqual(count)
        // It does not.
        await expect(port(unsure)).rejects.toBeInstanceOf(ConnectionLost)
        // It does, and they have not.
        await expect(notes(lagging)).rejects.toBeInstanceOf(ConnectionLost)
        await expect(reader.execute("insert into notes (text) values ('d')")).rejects.toBeInstanceOf(ConnectionLost)
        // Nothing was sent.
        expect(await ports(reader)).toEqual(new Set(replicaPorts()))
        // This was, and what became of it is not known.
        await expect(tx.commit()).rejects.toBeInstanceOf(ConnectionLost)
        await expect(port(committing)).rejects.toBeInstanceOf(ConnectionLost)
      } finally {
        await servers.primary.start()
      }
    })
    await until(async () => replicaPorts().includes(await port(unsure)))
    expect(await notes(lagging)).toBe(count + 2)
  })

  test('wait for a replica that has yet to replay what the lost primary was given', async () => {
    await using engine = make()
    const before = await notes(engine)
    await using replica = on(servers.replicas[0] ?? servers.primary)
    await using other = on(servers.replicas[1] ?? servers.primary)
    for (const one of [replica, other]) await one.execute('select pg_wal_replay_pause()')
    await engine.execute("insert into notes (text) values ('late')")
    expect(await notes(engine)).toBe(before + 1)
    // The log is there, and not replayed.
    await using primary = on(servers.primary)
    const received = 'select bool_and(flush_lsn >= pg_current_wal_insert_lsn()) from pg_stat_replication'
    await until(async () => (await primary.execute(received)).scalar() === true)
    await primary.dispose()
    await servers.primary.stop()
    try {
      const reading = notes(engine)
      setTimeout(() => void replica.execute('select pg_wal_replay_resume()'), 200)
      expect(await reading).toBe(before + 1)
    } finally {
      await other.execute('select pg_wal_replay_resume()')
      await servers.primary.start()
    }
  })
})

describe('what is told', () => {
  test('says which server ran a statement, without its login', async () => {
    await using engine = make(undefined, { detail: 'shown' })
    const events: Record<string, unknown>[] = []
    const listener = (event: unknown): void => void events.push(event as Record<string, unknown>)
    const told = channel('cupel:statement')
    told.subscribe(listener)
    try {
      const { server } = await engine.execute('select 1')
      expect(replicaPorts()).toContain(server?.port)
      expect((await engine.execute("insert into notes (text) values ('a')")).server).toBeUndefined()
      await engine.query.selectFrom('notes').select('id').execute()
      await engine.pipeline(['select 1', 'select 2'])
    } finally {
      told.unsubscribe(listener)
    }
    expect(events.map(event => event['server.address'])).toEqual(Array(5).fill('127.0.0.1'))
    const [first, second, third] = events.map(event => event['server.port'])
    expect(replicaPorts()).toContain(first)
    expect([second, third]).toEqual([servers.primary.port, servers.primary.port])
    expect(JSON.stringify(events)).not.toContain('postgres@')
  })
})

test('the example prints what is kept beside it', { timeout: 60_000 }, async () => {
  const env = {
    ...process.env,
    PRIMARY_URL: servers.primary.url,
    REPLICA_URLS: servers.replicas.map(({ url }) => url).join(' '),
  }
  const program = ['examples/replicas/main.js']
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: inject('compiled'), env })
  await expect(stdout).toMatchFileSnapshot('../examples/replicas/output.txt')
})

describe('servers that are not what they were said to be', () => {
  test('are refused by name', async () => {
    const { url } = servers.primary
    const refusal = (target: object) => {
      try {
        createEngine(target as { primary: string; replicas: string[] })
      } catch (error) {
        return (error as { code?: string }).code
      }
      return null
    }
    expect(refusal({ primary: url, replicas: [] })).toBe('wrongReplicas')
    expect(refusal({ primary: url })).toBe('wrongReplicas')
    expect(refusal({ primary: url, replica: [url] })).toBe('unknownServer')
    expect(refusal({ schema, entities: [] })).toBe('optionsFirst')
    expect(refusal({ primary: url, replicas: ['pglite:'] })).toBe('embeddedReplica')
    expect(refusal({ primary: 'pglite:', replicas: [url] })).toBe('embeddedReplica')
    expect(refusal({ primary: url, replicas: [null] })).toBe('embeddedReplica')
    expect(refusal({ primary: url, replicas: ['mysql://a'] })).toBe('unknownAddress')
    expect(() => createEngine({ primary: url, replicas: [], replcas: [url] } as never)).toThrow(
      "did you mean 'replicas'?",
    )
  })

  test('are found at the first read', async () => {
    await using twice = make([servers.primary.url])
    const { port: number } = servers.primary
    await expect(port(twice)).rejects.toMatchObject({
      code: 'notAReplica',
      message: `replica 1 (127.0.0.1:${number}) does not follow another server; 'replicas' are standbys of the primary`,
    })
    // What is no read does not ask them.
    expect((await twice.execute('show port')).rows).toHaveLength(1)
    await using foreign = make([inject('postgres')])
    await expect(port(foreign)).rejects.toMatchObject({ code: 'otherCluster' })
    const wrong = new URL(servers.replicas[0]?.url ?? '')
    wrong.username = 'nobody'
    await using unknown = make([wrong.href])
    await expect(port(unknown)).rejects.toMatchObject({ name: 'LoginRefused' })
  })

  test('may be pools, which stay open', async () => {
    const pools = [servers.primary, ...servers.replicas].map(({ url }) => new pg.Pool({ connectionString: url }))
    const [primary, ...replicas] = pools
    if (primary === undefined) throw new Error('there is a primary')
    const engine = createEngine({ primary, replicas })
    expect(replicaPorts()).toContain((await engine.execute('select inet_server_port()')).scalar())
    await engine.dispose()
    await expect(engine.execute('select 1')).rejects.toMatchObject({ code: 'engineDisposed' })
    for (const pool of pools) {
      expect((await pool.query('select 1')).rowCount).toBe(1)
      await pool.end()
    }
  })

  test('are not asked any more when they were promoted', async () => {
    await using engine = make()
    expect(await ports(engine)).toEqual(new Set(replicaPorts()))
    const [first, second] = servers.replicas
    await using promoted = on(second ?? servers.primary)
    expect((await promoted.execute('select pg_promote()')).scalar()).toBe(true)
    await promoted.execute("insert into notes (text) values ('another history')")
    expect(await ports(engine)).toEqual(new Set([first?.port]))
    await new Promise(resolve => setTimeout(resolve, 1200))
    expect(await ports(engine)).toEqual(new Set([first?.port]))
  })
})
