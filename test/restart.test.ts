/** A server that crashes, starts and is slow to start, under a program that goes on. */
import { chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConnectionLost, createEngine, type StatementError } from '../src/index.ts'
import { binaries } from './binaries.ts'
import { type MachineServer, machineServer, user } from './machine-server.ts'
import { proxy } from './silent-proxy.ts'

const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))
const refusal = (work: Promise<unknown>): Promise<StatementError> =>
  work.then(
    () => expect.fail('nothing was refused'),
    (error: StatementError) => error,
  )

describe('a server', () => {
  const { folder, copy } = binaries()
  let server: MachineServer
  beforeAll(async () => {
    server = await machineServer(folder)
  })
  afterAll(async () => {
    await server.stop()
    if (copy !== null) rmSync(copy, { recursive: true, force: true })
  })

  /** Makes the next start wait in its recovery for a while, as one after a crash of a large database does. */
  const recoverSlowly = (seconds: number): void => {
    const file = join(server.data, 'recovery.signal')
    writeFileSync(file, '')
    const owner = user()
    if (owner !== null) chownSync(file, owner.uid, owner.gid)
    writeFileSync(join(server.data, 'postgresql.auto.conf'), `restore_command = 'sleep ${seconds}; false'\n`)
  }

  test('that crashes under a transaction, a stream, a statement and idle connections leaves a program that goes on', async () => {
    await using engine = createEngine(server.url, { pool: { max: 6 } })
    await engine.execute('create table if not exists kept (n integer)')
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => engine.execute('select pg_sleep(0.05)')))
    const tx = await engine.begin()
    await tx.execute('insert into kept values (1)')
    const rows = engine.stream('select generate_series(1, 100000) as n', [], { batch: 10 })
    await rows.next()
    const sleeping = refusal(engine.execute('select pg_sleep(60)'))
    await sleep(100)
    await server.crash()
    expect(await sleeping).toBeInstanceOf(ConnectionLost)
    expect(await refusal(tx.execute('insert into kept values (2)'))).toBeInstanceOf(ConnectionLost)
    await tx.rollback()
    const rest = (async () => {
      for await (const _ of rows);
    })()
    expect(await refusal(rest)).toBeInstanceOf(ConnectionLost)
    await sleep(50)
    const down = await refusal(engine.execute('select 1'))
    expect(down).toBeInstanceOf(ConnectionLost)
    expect(down.message).toContain('ECONNREFUSED')
    await server.start()
    const counts = await Promise.all(
      Array.from({ length: 12 }, async () => (await engine.execute('select count(*)::int from kept')).scalar()),
    )
    expect(counts).toEqual(Array.from({ length: 12 }, () => 0))
  })

  test('that is not there yet is waited for as long as was said', async () => {
    await server.crash()
    await using engine = createEngine(server.url, { pool: { waitForServer: 60_000 } })
    await using impatient = createEngine(server.url, { pool: { waitForServer: 200 } })
    const waiting = engine.transaction(async tx => (await tx.execute('select 1 as n')).scalar())
    const warm = engine.warmUp()
    const start = performance.now()
    const error = await refusal(impatient.execute('select 1'))
    expect(error).toBeInstanceOf(ConnectionLost)
    expect(performance.now() - start).toBeLessThan(5000)
    await server.start()
    expect(await waiting).toBe(1)
    await warm
  })

  test('that starts slowly says so, by an error with its own code, or is waited for', async () => {
    await server.crash()
    recoverSlowly(1)
    await server.start(false)
    await using plain = createEngine(server.url)
    await using patient = createEngine(server.url, { pool: { waitForServer: 60_000 } })
    const waiting = patient.execute('select 2 as n')
    const said = new Set<string>()
    await expect
      .poll(
        async () => {
          const error = await plain.execute('select 1').catch((one: StatementError) => one)
          if (error instanceof ConnectionLost) said.add(error.sqlState)
          return said.has('57P03')
        },
        { timeout: 20_000 },
      )
      .toBe(true)
    expect((await waiting).scalar()).toBe(2)
    rmSync(join(server.data, 'recovery.signal'), { force: true })
  })

  test('that ends a waiting engine by its disposal is no longer waited for', async () => {
    await server.crash()
    const engine = createEngine(server.url, { pool: { waitForServer: 60_000 } })
    const waiting = refusal(engine.execute('select 1'))
    await sleep(100)
    await engine.dispose()
    expect(await waiting).toMatchObject({ name: 'EngineError', code: 'engineDisposed' })
    await server.start()
  })

  test('whose idle connections fall silent is asked, and reached by a new one', async () => {
    await using between = await proxy(server.url)
    await using engine = createEngine(between.url, { pool: { max: 1, checkAfterIdle: 50, connectTimeout: 2000 } })
    const pid = async () => (await engine.execute('select pg_backend_pid()')).scalar()
    const first = await pid()
    await sleep(80)
    expect(await pid()).toBe(first)
    between.silence()
    await sleep(80)
    expect(await pid()).not.toBe(first)
  })

  test('that takes a connection and says nothing is given up in time', async () => {
    await using between = await proxy(server.url)
    await using engine = createEngine(between.url, { pool: { connectTimeout: 200 } })
    between.deafen()
    const error = await refusal(engine.execute('select 1'))
    expect(error).toBeInstanceOf(ConnectionLost)
    expect(error.message).toBe('timeout expired')
  })
})
