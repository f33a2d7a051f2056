import pg from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { createEngine, EngineError, StatementCanceled, StatementTimeout } from '../src/index.ts'
import { drivers } from './drivers.ts'

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    error => error,
  )

for (const driver of drivers) {
  describe(`a statement that may be given up, on ${driver.name}`, () => {
    it('runs as any other when it is not', async () => {
      await using engine = createEngine(await driver.database())
      const { signal } = new AbortController()
      const result = await engine.execute('select $1::int as n', [1], { signal, timeout: 5000 })
      expect(result.rows).toEqual([{ n: 1 }])
    })

    it('is not begun when its signal was aborted before', async () => {
      await using engine = createEngine(await driver.database())
      await engine.execute('create table done (n int)')
      const signal = AbortSignal.abort('no')
      const error = await failure(engine.execute('insert into done values (1)', [], { signal }))
      expect(error).toBeInstanceOf(StatementCanceled)
      expect(error).toMatchObject({
        cause: 'no',
        sqlState: '57014',
        sql: 'insert into done values (1)',
        retryable: false,
      })
      expect((error as Error).message).toBe('the statement was given up: its signal was aborted')
      expect((await engine.execute('select * from done')).rows).toEqual([])
    })

    it('need not wait for a connection that others hold', async () => {
      const options = driver.name === 'pg' ? { pool: { max: 1 } } : {}
      await using engine = createEngine(await driver.database(), options)
      await engine.transaction(async tx => {
        await tx.execute('select 1')
        // Not in the transaction's own flow, where PGlite would refuse it.
        const waiting = await new Promise<unknown>(resolve => {
          outside(() => resolve(failure(engine.execute('select 2', [], { timeout: 100 }))))
        })
        expect(waiting).toBeInstanceOf(StatementTimeout)
        expect((waiting as Error).message).toBe('the statement was given up: it took longer than its timeout of 100 ms')
        await tx.execute('select 3')
      })
      expect((await engine.execute('select 4 as n')).rows).toEqual([{ n: 4 }])
    })

    it('takes milliseconds only', async () => {
      await using engine = createEngine(await driver.database())
      for (const timeout of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '9' as unknown as number]) {
        await expect(engine.execute('select 1', [], { timeout })).rejects.toThrow(EngineError)
      }
      await expect(engine.execute('select 1', [], { timeout: -1 })).rejects.toThrow(
        'a timeout is a number of milliseconds above 0, up to 2147483647; not -1',
      )
    })
  })
}

/** Runs work outside of the asynchronous flow that it is called in. */
function outside(work: () => void): void {
  waitingWork.push(work)
}
const waitingWork: (() => void)[] = []
setInterval(() => waitingWork.splice(0).forEach(work => void work()), 5).unref()

describe('a statement that a server runs', () => {
  const slow = 'select pg_sleep(30)'

  it('is stopped there by its signal, and the connection goes on', async () => {
    await using engine = createEngine(inject('postgres'), { pool: { max: 1 } })
    const pid = (await engine.execute('select pg_backend_pid() as pid')).scalar()
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController()
      setTimeout(() => controller.abort(new Error('enough')), 50)
      const before = performance.now()
      const error = await failure(engine.execute(slow, [], { signal: controller.signal }))
      expect(error).toBeInstanceOf(StatementCanceled)
      expect((error as Error).cause).toMatchObject({ message: 'enough' })
      expect((error as Error).stack).toContain('interrupt.test.ts')
      expect(performance.now() - before).toBeLessThan(10_000)
      expect((await engine.execute('select pg_backend_pid() as pid')).scalar()).toBe(pid)
    }
  })

  it('is stopped there by its timeout', async () => {
    await using engine = createEngine(inject('postgres'), { pool: { max: 1 } })
    const pid = (await engine.execute('select pg_backend_pid() as pid')).scalar()
    const error = await failure(engine.execute(slow, [], { timeout: 50 }))
    expect(error).toBeInstanceOf(StatementTimeout)
    expect(error).toMatchObject({ sqlState: '57014', sql: slow })
    expect((await engine.execute('select pg_backend_pid() as pid')).scalar()).toBe(pid)
  })

  it('in a transaction fails it, as any error does', async () => {
    await using engine = createEngine(inject('postgres'))
    const error = await failure(
      engine.transaction(async tx => {
        await failure(tx.execute(slow, [], { timeout: 50 }))
        await tx.execute('select 1')
      }),
    )
    expect(error).toMatchObject({ sqlState: '25P02' })
    await engine.transaction(async tx => {
      await failure(tx.transaction(inner => inner.execute(slow, [], { timeout: 50 })))
      expect((await tx.execute('select 1 as n')).scalar()).toBe(1)
    })
  })

  it('never stops what comes after it, however late it was given up', async () => {
    await using engine = createEngine(inject('postgres'), { pool: { max: 1 } })
    for (let round = 0; round < 100; round++) {
      const controller = new AbortController()
      const given = failure(engine.execute('select pg_sleep(0.001)', [], { signal: controller.signal }))
      setTimeout(() => controller.abort(), round % 4)
      await given
      expect((await engine.execute('select pg_sleep(0.001), 1 as n')).first()).toMatchObject({ n: 1 })
    }
  })

  it('is stopped while its rows come as a stream', async () => {
    await using engine = createEngine(inject('postgres'), { pool: { max: 1 } })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    const loop = (async () => {
      const rows = engine.stream('select pg_sleep(n) from generate_series(0, 30, 10) n', [], {
        batch: 2,
        signal: controller.signal,
      })
      for await (const _ of rows);
    })()
    expect(await failure(loop)).toBeInstanceOf(StatementCanceled)
    expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
  })

  it('is stopped on the connection of a pool that was given', async () => {
    const pool = new pg.Pool({ connectionString: inject('postgres'), max: 1 })
    const engine = createEngine(pool)
    expect(await failure(engine.execute(slow, [], { timeout: 50 }))).toBeInstanceOf(StatementTimeout)
    await engine.dispose()
    expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await pool.end()
  })
})
