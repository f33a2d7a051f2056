/** Statements that wait for a connection of the pool, and share one. */
import { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { EngineCore } from '../src/engine/engine.ts'
import type { Lease } from '../src/engine/lease.ts'
import { ConnectionLost, StatementError } from '../src/engine/statement-error.ts'
import { pgDriver } from './drivers.ts'

const quotient = 'select 12 / $1::int as n'
const nap = 'select pg_sleep($1::float8), $2::int as n'

// What was quick is told by the clock, which a busy machine stretches: a fault shows each time.
describe('statements that wait for a connection', { retry: 5 }, () => {
  let engine: EngineCore
  beforeEach(async () => {
    engine = new EngineCore(await pgDriver.database(), { pool: { max: 2 } })
    await engine.execute('create table things (n int)')
    return () => engine.dispose()
  })
  afterEach(() => vi.restoreAllMocks())

  /** Takes all connections, each of which has answered both texts quickly. */
  async function taken(): Promise<Lease[]> {
    const leases = await Promise.all([engine.connect(), engine.connect()])
    for (const lease of leases) {
      for (let time = 0; time < 4; time++) {
        await lease.execute(quotient, [1])
        await lease.execute(nap, [0, time])
      }
    }
    return leases
  }

  /** How many pieces are sent while all that waits is run on connections that come back one after the other. */
  async function pieces(leases: readonly Lease[], waiting: readonly Promise<unknown>[]): Promise<number> {
    await new Promise(resolve => setTimeout(resolve, 20))
    const write = vi.spyOn(Socket.prototype, 'write')
    for (const lease of leases) lease.release()
    await Promise.allSettled(waiting)
    const { length } = write.mock.calls
    write.mockRestore()
    return length
  }

  const numbers = [1, 2, 3, 4, 6, 12]

  test('are sent together, if they only read and were answered quickly before', async () => {
    const leases = await taken()
    const waiting = numbers.map(async n => (await engine.execute(quotient, [n])).scalar())
    expect(await pieces(leases, waiting)).toBeLessThanOrEqual(3)
    expect(await Promise.all(waiting)).toEqual([12, 6, 4, 3, 2, 1])
  })

  test('are sent by themselves, if they may write, are new, or may be given up', async () => {
    for (const run of [
      (n: number) => engine.execute('insert into things values ($1)', [n]),
      (n: number) => engine.execute(`select ${n} as n`),
      (n: number) => engine.execute(quotient, [n], { timeout: 5000 }),
    ]) {
      const leases = await taken()
      for (const lease of leases)
        for (let time = 0; time < 4; time++) await lease.execute('insert into things values ($1)', [0])
      const waiting = numbers.map(run)
      expect(await pieces(leases, waiting)).toBe(numbers.length)
      await Promise.all(waiting)
    }
  })

  test('do not suffer from one that is refused', async () => {
    const leases = await taken()
    const waiting = [1, 0, 3, 4, 0, 12].map(async n => (await engine.execute(quotient, [n])).scalar())
    for (const lease of leases) lease.release()
    const outcomes = await Promise.allSettled(waiting)
    expect(outcomes.map(one => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
      12,
      'division by zero',
      4,
      3,
      'division by zero',
      1,
    ])
    for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(StatementError)
    expect((await engine.execute(quotient, [4])).scalar()).toBe(3)
  })

  test('are prepared again, when a table was altered meanwhile', async () => {
    await engine.execute('insert into things values (1)')
    const leases = await Promise.all([engine.connect(), engine.connect()])
    for (const lease of leases) for (let time = 0; time < 4; time++) await lease.execute('select * from things')
    await leases[0]?.execute(`alter table things add word text default 'new'`)
    const waiting = numbers.map(() => engine.execute('select * from things'))
    expect(await pieces(leases, waiting)).toBeGreaterThan(2)
    for (const { rows } of await Promise.all(waiting)) expect(rows).toEqual([{ n: 1, word: 'new' }])
  })

  test('do not wait for one that turns out to be slow', async () => {
    const leases = await taken()
    const start = performance.now()
    const slow = engine.execute(nap, [1, 0]).then(() => performance.now() - start)
    const quick = numbers.map(n => engine.execute(quotient, [n]).then(() => performance.now() - start))
    for (const lease of leases) lease.release()
    expect(Math.max(...(await Promise.all(quick)))).toBeLessThan(800)
    expect(await slow).toBeGreaterThan(950)
    // Slow once, it takes nobody along.
    const again = await Promise.all([engine.connect(), engine.connect()])
    const waiting = numbers.map(n => engine.execute(nap, [0, n]))
    const held = again[0] as Lease
    expect((await held.execute(quotient, [1])).scalar()).toBe(12)
    for (const lease of again) lease.release()
    expect((await Promise.all(waiting)).map(({ rows }) => rows[0]?.n)).toEqual(numbers)
  })

  test('all hear of it when their connection is lost, and others are served', async () => {
    const leases = await taken()
    const [first, second] = leases as [Lease, Lease]
    const backend = (await first.execute('select pg_backend_pid()')).scalar()
    // They may be refused before the one that ends their connection is answered.
    const waiting = Promise.allSettled([0.5, 0.5].map((seconds, at) => engine.execute(nap, [seconds, at])))
    first.release()
    await new Promise(resolve => setTimeout(resolve, 5))
    await second.execute('select pg_terminate_backend($1::int)', [backend])
    const outcomes = await waiting
    expect(outcomes[0]?.status).toBe('rejected')
    expect((outcomes[0] as PromiseRejectedResult).reason).toBeInstanceOf(ConnectionLost)
    second.release()
    expect((await engine.execute(quotient, [6])).scalar()).toBe(2)
  })

  test('give what they give by themselves, whatever comes between', async () => {
    const texts = [quotient, 'select count(*)::int as n from things', 'insert into things values ($1) returning n']
    let written = 0
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, at) => {
          const text = texts[(at * 7 + round) % 3] as string
          return engine.execute<{ n: number }>(text, text.includes('$1') ? [at % 5] : [])
        }),
      )
      for (const [at, outcome] of outcomes.entries()) {
        const text = texts[(at * 7 + round) % 3]
        if (text === texts[2]) written++
        const isRefused = text === quotient && at % 5 === 0
        expect(outcome.status).toBe(isRefused ? 'rejected' : 'fulfilled')
        if (outcome.status === 'rejected' || text === texts[1]) continue
        expect(outcome.value.scalar()).toBe(text === quotient ? Math.trunc(12 / (at % 5)) : at % 5)
      }
    }
    expect((await engine.execute('select count(*)::int as n from things')).scalar()).toBe(written)
  })
})
