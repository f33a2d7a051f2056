import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { createEngine, EngineError, PoolExhausted } from '../src/index.ts'
import type { PoolOptions } from '../src/index.ts'
import { drivers, pgDriver } from './drivers.ts'

const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))
const refusal = (work: Promise<unknown>): Promise<PoolExhausted> =>
  work.then(
    () => expect.fail('nothing was refused'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(PoolExhausted)
      return error as PoolExhausted
    },
  )

for (const driver of drivers) {
  describe(`connections on ${driver.name}`, () => {
    const make = async (pool: PoolOptions) => createEngine(await driver.database(), { pool: { max: 1, ...pool } })

    test('that do not come free in time are an error that says who holds them', async () => {
      await using engine = await make({ acquireTimeout: 500 })
      await using tx = await engine.begin()
      await tx.execute('select $1::text', ['secret'])
      const [error, same] = await Promise.all([
        refusal(engine.execute('select 1')),
        refusal(engine.begin()),
        sleep(30).then(() => tx.execute('select 2')),
      ])
      expect(same.name).toBe('PoolExhausted')
      expect(error.retryable).toBe(true)
      expect(error.connections).toBe(1)
      expect(error.waited).toBeGreaterThanOrEqual(499)
      expect(error.waited).toBeLessThan(5000)
      expect(error.holders).toEqual([
        {
          kind: 'transaction',
          held: expect.any(Number),
          idle: expect.any(Number),
          from: expect.stringMatching(/pool\.test\.ts:\d+:\d+$/),
          sql: 'select 2',
        },
      ])
      expect(error.holders[0]?.held).toBeGreaterThan(error.holders[0]?.idle ?? Infinity)
      expect(error.message).toMatch(
        /^no connection came free within \d+ ms; of 1 there may be: a transaction for \d+ ms, idle for \d+ ms, from .*pool\.test\.ts:\d+:\d+$/,
      )
      expect(error.stack).toMatch(/^PoolExhausted: .*[^]*\n +at .*pool\.test\.ts/)
      expect(error.stack).not.toContain('src/engine')
      expect(JSON.stringify(error)).not.toContain('secret')
      await tx.rollback()
      expect((await engine.execute('select 3 as n')).scalar()).toBe(3)
    })

    test('are held by sessions, streams, kept connections and statements', async () => {
      await using engine = await make({ acquireTimeout: 50 })
      const held = async (): Promise<[string, string | null | undefined]> => {
        const { holders } = await refusal(engine.execute('select 1'))
        expect(holders).toHaveLength(1)
        return [holders[0]?.kind ?? '', holders[0]?.from]
      }
      const here = expect.stringContaining('pool.test.ts:')
      const lease = await engine.connect()
      expect(await held()).toEqual(['connection', here])
      lease.release()
      for await (const _ of engine.stream('select generate_series(1, 2)', [], { batch: 1 })) {
        expect(await held()).toEqual(['stream', here])
        break
      }
      if (driver.name === 'pg') {
        const slow = engine.execute('select pg_sleep(0.5)')
        const error = await refusal(engine.execute('select 1'))
        expect(error.message).toMatch(/a statement for \d+ ms, 'select pg_sleep\(0\.5\)'$/)
        await slow
      }
    })

    test('are waited for as long as it takes without a limit', async () => {
      await using engine = await make({ acquireTimeout: 0 })
      const lease = await engine.connect()
      const waiting = engine.execute('select 1 as n')
      await sleep(50)
      lease.release()
      expect((await waiting).scalar()).toBe(1)
    })

    test('that came too late for somebody go to the next', async () => {
      await using engine = await make({ acquireTimeout: 60 })
      const lease = await engine.connect()
      await refusal(engine.execute('select 1'))
      const next = engine.execute('select 2 as n')
      lease.release()
      expect((await next).scalar()).toBe(2)
      expect((await engine.execute('select 3 as n')).scalar()).toBe(3)
    })

    test('are there after a warm-up', async () => {
      await using engine = await make({})
      await engine.warmUp()
      expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
    })

    test('retries of a transaction outlast an exhausted pool', async () => {
      await using engine = await make({ acquireTimeout: 50 })
      const lease = await engine.connect()
      const work = engine.transaction(async tx => (await tx.execute('select 4 as n')).scalar(), { retries: 20 })
      await sleep(120)
      lease.release()
      expect(await work).toBe(4)
    })

    test.each([
      [{ maxx: 3 }, 'unknownPoolOption', `did you mean 'max'?`],
      [{ idleTimeoutMillis: 3 }, 'unknownPoolOption', `did you mean 'idleTimeout'?`],
      [{ connectionTimeoutMillis: 3 }, 'unknownPoolOption', `did you mean 'acquireTimeout' or 'connectTimeout'?`],
      [{ max: 0 }, 'wrongPoolOption', `the pool's 'max' is a whole number, 1 or above; not 0`],
      [{ min: 2.5 }, 'wrongPoolOption', `the pool's 'min' is a whole number, 0 or above; not 2.5`],
      [{ min: 4, max: 3 }, 'wrongPoolOption', `the pool's 'min' is at most 'max', which is 3; not 4`],
      [
        { idleTimeout: '3' },
        'wrongPoolOption',
        `the pool's 'idleTimeout' is a number of milliseconds, 0 to 2147483647; not a string`,
      ],
      [{ maxLifetime: Number.NaN }, 'wrongPoolOption', 'not NaN'],
    ])('take no option as %j', async (pool, code, text) => {
      const database = await driver.database()
      const attempt = () => createEngine(database, { pool: pool as PoolOptions })
      expect(attempt).toThrow(expect.objectContaining({ name: 'EngineError', code }))
      expect(attempt).toThrow(text)
    })
  })
}

describe('connections to a server', () => {
  /** The processes of the server that are an engine's. */
  const pids = async (admin: { execute: ReturnType<typeof createEngine>['execute'] }, name: string) =>
    (
      await admin.execute<{ pid: number }>(
        'select pid from pg_stat_activity where application_name = $1 order by pid',
        [name],
      )
    ).rows.map(row => row.pid)

  const named = (name: string): string => {
    const url = new URL(inject('postgres'))
    url.searchParams.set('application_name', name)
    return url.href
  }

  test('are as many as `min` after a warm-up, and stay; others go when they are idle', async () => {
    await using admin = createEngine(inject('postgres'))
    await using engine = createEngine(named('cupel_min'), { pool: { min: 2, max: 4, idleTimeout: 100 } })
    await engine.warmUp()
    const warm = await pids(admin, 'cupel_min')
    expect(warm).toHaveLength(2)
    const leases = await Promise.all([1, 2, 3, 4].map(() => engine.connect()))
    expect(await pids(admin, 'cupel_min')).toHaveLength(4)
    for (const lease of leases) lease.release()
    await expect.poll(() => pids(admin, 'cupel_min'), { timeout: 10_000 }).toHaveLength(2)
    await sleep(200)
    expect(await pids(admin, 'cupel_min')).toHaveLength(2)
  })

  test('are replaced when they are old', async () => {
    await using engine = createEngine(inject('postgres'), { pool: { max: 1, maxLifetime: 100 } })
    const pid = async () => (await engine.execute('select pg_backend_pid()')).scalar()
    const first = await pid()
    await engine.transaction(async tx => {
      await sleep(150)
      expect((await tx.execute('select pg_backend_pid()')).scalar()).toBe(first)
    })
    expect(await pid()).not.toBe(first)
  })

  test('of a pool that was given keep its settings', async () => {
    const pool = new pg.Pool({ connectionString: inject('postgres'), max: 1, connectionTimeoutMillis: 2000 })
    try {
      await using engine = createEngine(pool)
      const lease = await engine.connect()
      const error = await refusal(engine.execute('select 1'))
      expect(error.connections).toBe(1)
      expect(error.holders.map(one => one.kind)).toEqual(['connection'])
      lease.release()
      const other = await pool.connect()
      const elsewhere = await refusal(engine.execute('select 1'))
      expect(elsewhere.message).toMatch(/of 1 there may be: 1 held elsewhere or being opened$/)
      other.release()
      const own = (options: PoolOptions) => createEngine(pool, { pool: options })
      expect(() => own({ max: 3 })).toThrow(EngineError)
      expect(() => own({ max: 3 })).toThrow(
        `a pool that was made elsewhere has its own 'max'; set it there. Beside a pool there are acquireTimeout, checkAfterIdle, waitForServer`,
      )
    } finally {
      await pool.end()
    }
  })

  test('of a pool that was given are waited for by the engine, where it has a bound of its own', async () => {
    const pool = new pg.Pool({ connectionString: inject('postgres'), max: 1 })
    try {
      await using engine = createEngine(pool, { pool: { acquireTimeout: 20 } })
      const kept = await engine.connect()
      expect((await refusal(engine.execute('select 1'))).waited).toBeGreaterThanOrEqual(19)
      kept.release()
    } finally {
      await pool.end()
    }
  })

  test('many at a time share the pool, and nobody is left waiting', async () => {
    await using engine = createEngine(await pgDriver.database(), { pool: { max: 3 } })
    const given = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => (await engine.execute('select $1::int as n', [n])).scalar()),
    )
    expect(given).toEqual(Array.from({ length: 200 }, (_, n) => n))
  })

  test('are handed over, in the order in which they were asked for, and go back to the pool', async () => {
    await using engine = createEngine(await pgDriver.database(), { pool: { max: 1, idleTimeout: 200 } })
    const order: number[] = []
    const pids = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const { rows } = await engine.execute<{ pid: number }>('select pg_backend_pid() as pid, $1::int', [n])
        order.push(n)
        return rows[0]?.pid
      }),
    )
    expect(new Set(pids).size).toBe(1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    // The pool closes it, as it does those that it has.
    await sleep(600)
    expect((await engine.execute('select pg_backend_pid()')).scalar()).not.toBe(pids[0])
  })

  test('that are lost make room for those who wait', async () => {
    await using engine = createEngine(await pgDriver.database(), { pool: { max: 2 } })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) =>
        n % 3 === 0
          ? engine.execute('select pg_terminate_backend(pg_backend_pid())')
          : engine.execute('select $1::int as n', [n]),
      ),
    )
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
      Array.from({ length: 60 }, (_, n) => n % 3 !== 0),
    )
  })

  test('that grow too old between two who wait are replaced', async () => {
    await using engine = createEngine(await pgDriver.database(), { pool: { max: 1, maxLifetime: 150 } })
    const pids = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { rows } = await engine.execute<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.05)')
        return rows[0]?.pid
      }),
    )
    expect(new Set(pids).size).toBeGreaterThan(1)
  })

  test('are waited for within bounds, by some, while others are served', async () => {
    await using engine = createEngine(await pgDriver.database(), { pool: { max: 1, acquireTimeout: 1500 } })
    await engine.execute('select 1')
    const outcomes = await Promise.allSettled([
      engine.execute('select pg_sleep(0.3)'),
      engine.execute('select pg_sleep(0.3)'),
      engine.execute('select pg_sleep(2)'),
      engine.execute('select 1'),
      engine.begin(),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect((await engine.execute('select 2 as n')).scalar()).toBe(2)
  })

  test('of which one has just come back do not outlive the engine', async () => {
    const url = await pgDriver.database()
    const engine = createEngine(url, { pool: { max: 2 } })
    await Promise.all([engine.execute('select pg_sleep(0.02)'), engine.execute('select 1')])
    await engine.execute('select 1')
    await engine.dispose()
    await expect(engine.execute('select 1')).rejects.toThrow('disposed')
    await using other = createEngine(url)
    const others = 'select count(*)::int from pg_stat_activity where datname = current_database()'
    expect((await other.execute(others)).scalar()).toBe(1)
  })

  test('that cannot be opened say so to all who wait', async () => {
    const url = new URL(await pgDriver.database())
    url.pathname = '/nowhere'
    await using engine = createEngine(url.href, { pool: { max: 1 } })
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => engine.execute('select 1')))
    expect(outcomes.map(one => (one.status === 'rejected' ? one.reason.name : 'given'))).toEqual(
      Array.from({ length: 5 }, () => 'LoginRefused'),
    )
  })
})
