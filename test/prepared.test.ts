/** Statements kept prepared on a connection, and what makes a server forget them. */
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineCore } from '../src/engine/engine.ts'
import type { Lease } from '../src/engine/lease.ts'
import { maxPrepared } from '../src/engine/prepared.ts'
import { drivers, pgDriver } from './drivers.ts'

const ours = `select name, statement from pg_prepared_statements where name like 'cupel_%' order by prepare_time`

async function kept(lease: Lease): Promise<unknown[]> {
  const { rows } = await lease.execute<{ statement: string }>(ours)
  return rows.map(row => row.statement).filter(text => text !== ours)
}

describe.each(drivers)('$name', driver => {
  async function open(prepare?: boolean): Promise<{ engine: EngineCore; lease: Lease }> {
    const engine = new EngineCore(await driver.database(), prepare === undefined ? {} : { prepare })
    const lease = await engine.connect()
    onTestFinished(async () => {
      lease.release()
      await engine.dispose()
    })
    return { engine, lease }
  }

  test('a statement is prepared once, under a name', async () => {
    const { lease } = await open()
    for (const n of [1, 2, 3]) {
      expect((await lease.execute('select $1::int as n', [n])).rows).toEqual([{ n }])
    }
    expect(await kept(lease)).toEqual(['select $1::int as n'])
  })

  test('only what has a plan is kept', async () => {
    const { lease } = await open()
    await lease.execute('create temporary table t (n int)')
    await lease.execute('insert into t values (1); insert into t values (2)')
    await lease.execute('set search_path to public')
    expect(await kept(lease)).toEqual([])
    expect((await lease.execute('select n from t order by n')).scalars()).toEqual([1, 2])
  })

  test('the statements kept are bounded, and the ones used last stay', async () => {
    const { lease } = await open()
    for (let n = 0; n < maxPrepared + 20; n++) {
      await lease.execute(`select ${n} as n`)
      await lease.execute('select 0 as n')
    }
    const texts = await kept(lease)
    expect(texts.length).toBeLessThanOrEqual(maxPrepared)
    expect(texts.length).toBeGreaterThan(maxPrepared - 3)
    expect(texts).toContain('select 0 as n')
    expect(texts).toContain(`select ${maxPrepared + 19} as n`)
    expect(texts).not.toContain('select 1 as n')
  })

  test('without prepare, none is kept', async () => {
    const { lease } = await open(false)
    for (const n of [1, 2, 3]) expect((await lease.execute('select $1::int8 as n', [n])).scalar()).toBe(BigInt(n))
    const [first] = await lease.pipeline([['select $1::int as n', [4]], 'select 5 as n'])
    expect(first.scalar()).toBe(4)
    expect(await kept(lease)).toEqual([])
  })

  test.each(['deallocate all', 'discard all', 'DEALLOCATE ALL;'])(
    '%s is heeded, also in a transaction',
    async forget => {
      const { lease } = await open()
      await lease.execute('select 1 as n')
      await lease.execute(forget)
      const tx = await lease.begin()
      expect((await tx.execute('select 1 as n')).scalar()).toBe(1)
      await tx.commit()
    },
  )

  /** A function that the driver does not see through. */
  const hidden = `do $$ begin execute 'deallocate all'; end $$`

  test('one that the server has forgotten is prepared again by itself', async () => {
    const { lease } = await open()
    await lease.execute('create temporary table t (n int)')
    await lease.execute('insert into t values ($1) returning n', [1])
    await lease.execute(hidden)
    expect((await lease.execute('insert into t values ($1) returning n', [2])).scalar()).toBe(2)
    await lease.execute(hidden)
    const results = await lease.pipeline([
      ['insert into t values ($1) returning n', [3]],
      'select count(*) as n from t',
    ])
    expect(results.map(result => result.scalar())).toEqual([3, 3n])
  })

  test('one that is forgotten in a transaction fails with its reason, and works the next time', async () => {
    const { lease } = await open()
    await lease.execute('select 1 as n')
    const tx = await lease.begin()
    await tx.execute(hidden)
    await expect(tx.execute('select 1 as n')).rejects.toThrow(
      `the server has forgotten this prepared statement, which a transaction cannot get over; run the transaction again, or give createEngine 'prepare: false' behind a pooler`,
    )
    await tx.rollback()
    const again = await lease.begin()
    expect((await again.execute('select 1 as n')).scalar()).toBe(1)
    await again.commit()
  })

  test('one that gives other columns after DDL is prepared again by itself', async () => {
    const { lease } = await open()
    await lease.execute('create temporary table t (n int)')
    await lease.execute('insert into t values (1)')
    for (let run = 0; run < 3; run++) expect((await lease.execute('select * from t')).rows).toEqual([{ n: 1 }])
    await lease.execute('alter table t alter n type text')
    expect((await lease.execute('select * from t')).rows).toEqual([{ n: '1' }])
    await lease.execute(`alter table t add m int8 default 7`)
    expect((await lease.execute('select * from t')).rows).toEqual([{ n: '1', m: 7n }])
    await lease.execute(`alter table t rename m to k`)
    expect((await lease.execute('select * from t')).rows).toEqual([{ n: '1', k: 7n }])
  })

  test('one that gives other columns in a transaction fails with its reason, and works the next time', async () => {
    const { lease } = await open()
    await lease.execute('create temporary table t (n int)')
    await lease.execute('select * from t')
    await lease.execute('alter table t add m int')
    const tx = await lease.begin()
    const refused = await tx.execute('select * from t').catch(error => error)
    expect(refused.message).toBe(
      'the columns that this statement gives have changed since it was prepared, which a transaction cannot get over; run the transaction again',
    )
    expect(refused.sqlState).toBe('0A000')
    await tx.rollback()
    const again = await lease.begin()
    expect((await again.execute('select * from t')).columns).toEqual(['n', 'm'])
    await again.commit()
  })

  test('one that could not be prepared is prepared when it can be', async () => {
    const { lease } = await open()
    await expect(lease.execute('select * from later')).rejects.toThrow('relation "later" does not exist')
    await lease.execute('create temporary table later (n int)')
    expect((await lease.execute('select * from later')).rows).toEqual([])
  })

  test('a wrong number of parameters is told in the words of the caller, and the connection stays', async () => {
    const { lease } = await open()
    const text = 'select $1::int + $2::int as n'
    for (let run = 0; run < 2; run++) {
      await expect(lease.execute(text)).rejects.toThrow('the statement takes 2 parameters, and 0 were given')
      await expect(lease.execute(text, [1])).rejects.toThrow('the statement takes 2 parameters, and 1 were given')
      await expect(lease.execute(text, [1, 2, 3])).rejects.toThrow('the statement takes 2 parameters, and 3 were given')
      expect((await lease.execute(text, [1, 2])).scalar()).toBe(3)
    }
    await expect(lease.pipeline(['select 1', ['select 1', [2]]])).rejects.toThrow(
      'the statement takes 0 parameters, and 1 were given; this is statement 2 of 2 in a pipeline',
    )
  })

  test('an error in the middle of a statement leaves it prepared', async () => {
    const { lease } = await open()
    const text = 'select 1 / $1::int as n'
    await expect(lease.execute(text, [0])).rejects.toThrow('division by zero')
    await expect(lease.execute(text, [0])).rejects.toThrow('division by zero')
    expect((await lease.execute(text, [1])).scalar()).toBe(1)
    expect(await kept(lease)).toEqual([text])
  })
})

test('the settings that decoding relies on are made sure of again after discard all', async () => {
  const url = await pgDriver.database()
  const before = new EngineCore(url)
  await before.execute(
    `do $$ begin execute format('alter database %I set datestyle to German', current_database()); end $$`,
  )
  await before.dispose()
  await using engine = new EngineCore(url, { pool: { max: 1 } })
  for (const forget of ['discard all', 'reset all']) {
    expect((await engine.execute('show datestyle')).scalar()).toMatch(/^ISO/)
    const lease = await engine.connect()
    await lease.execute(forget)
    expect((await lease.execute('show datestyle')).scalar()).toMatch(/^German/)
    lease.release()
  }
  expect((await engine.execute('show datestyle')).scalar()).toMatch(/^ISO/)
})

test('what pg itself makes the server forget is heeded', async () => {
  const pool = new pg.Pool({ connectionString: await pgDriver.database(), max: 1 })
  const engine = new EngineCore(pool)
  onTestFinished(async () => {
    await engine.dispose()
    await pool.end()
  })
  expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
  await pool.query('deallocate all')
  await engine.inTransaction(async tx => {
    expect((await tx.execute('select 1 as n')).scalar()).toBe(1)
  })
})
