import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import pg from 'pg'
import { PGlite } from '@electric-sql/pglite'
import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import { EngineError } from '../src/base/errors.ts'
import { EngineCore } from '../src/engine/engine.ts'
import { SerializationFailure, UniqueViolation } from '../src/engine/statement-error.ts'
import { NoRowError, TooManyRowsError } from '../src/engine/result.ts'
import type { Transaction } from '../src/engine/transaction.ts'
import { sql } from '../src/sql/tag.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    things: table({
      id: t.id(),
      bigCount: t.bigint({ nullable: true }),
      smallCount: t.bigint({ mode: 'number', nullable: true }),
      price: t.numeric({ precision: 10, scale: 2, mode: 'number', nullable: true }),
      mood: t.enum('mood', ['sad', 'happy'], { nullable: true }),
      moods: t.array(t.enum('mood', ['sad', 'happy']), { nullable: true }),
      at: t.timestamptz({ nullable: true }),
      exactAt: t.timestamptz({ mode: 'string', nullable: true }),
      data: t.jsonb<{ a: number }>({ nullable: true }),
      shout: t.custom<string>(
        'text',
        { encode: value => value, decode: text => text.toUpperCase() },
        { nullable: true },
      ),
    }),
  },
  { naming: 'snake_case' },
)

const tables = `
  create type mood as enum ('sad', 'happy');
  create domain positive as integer check (value > 0);
  create type spot as (place text, at point, feelings mood[]);
  create table things (
    id bigint generated always as identity primary key, big_count bigint, small_count bigint, price numeric(10, 2),
    mood mood, moods mood[], at timestamptz, exact_at timestamptz, data jsonb, shout text);
  create table plain (n integer primary key)`

describe.each(drivers)('$name', driver => {
  let engine: EngineCore
  beforeAll(async () => {
    engine = new EngineCore(await driver.database(), { schema })
    await engine.execute(tables)
  })
  beforeEach(async () => {
    await engine.execute('truncate things, plain restart identity')
  })
  afterAll(async () => {
    await engine.dispose()
  })

  describe('execute', () => {
    test('takes $1 and an array, :name and an object, the sql tag, and text alone', async () => {
      expect((await engine.execute('select $1::int + $2::int as n', [1, 2])).one()).toEqual({ n: 3 })
      expect((await engine.execute(`select :a::int as n, ':a' as t`, { a: 4 })).one()).toEqual({ n: 4, t: ':a' })
      expect((await engine.execute(sql`select ${5}::int as n`)).one()).toEqual({ n: 5 })
      expect((await engine.execute('select 6 as n')).scalar()).toBe(6)
    })

    test('takes several statements when there are no values, and gives the last', async () => {
      const result = await engine.execute('insert into plain values (1), (2); select n from plain order by n')
      expect(result.rows).toEqual([{ n: 1 }, { n: 2 }])
      expect((await engine.execute('')).rows).toEqual([])
    })

    test('counts the rows that a statement changed', async () => {
      expect((await engine.execute('insert into plain select * from generate_series(1, $1::int)', [5])).rowCount).toBe(
        5,
      )
      expect((await engine.execute('update plain set n = -n where n > 3')).rowCount).toBe(2)
      expect((await engine.execute('delete from plain')).rowCount).toBe(5)
    })

    test('tells null from the empty text', async () => {
      const values = [null, '', [null, '', 'null', 'a,"b"', '{}']]
      expect((await engine.execute('select $1::text as a, $2::text as b, $3::text[] as c', values)).one()).toEqual({
        a: null,
        b: '',
        c: [null, '', 'null', 'a,"b"', '{}'],
      })
    })

    test('reads a result of many rows', async () => {
      const { rows } = await engine.execute<{ n: number }>(
        `select n, repeat('x', 200) as x from generate_series(1, 20000) n`,
      )
      expect(rows).toHaveLength(20_000)
      expect(rows.at(-1)?.n).toBe(20_000)
    })

    test('says how many values a statement may carry', async () => {
      const values = Array.from({ length: 65_536 }, () => 1)
      await expect(engine.execute('select 1', values)).rejects.toMatchObject({ code: 'tooManyValues' })
    })

    test('a column named __proto__ is a column', async () => {
      const row = (await engine.execute('select 1 as "__proto__", 2 as b')).one()
      expect(Object.entries(row)).toEqual([
        ['__proto__', 1],
        ['b', 2],
      ])
    })
  })

  describe('results', () => {
    test('come back as the schema says, whatever the column is called in the statement', async () => {
      await engine.execute(`insert into things (big_count, small_count, price, mood, moods, at, exact_at, data, shout)
        values (9007199254740993, 12, 1.50, 'sad', '{sad,happy}', '2024-01-02 03:04:05.678+00', '2024-01-02 03:04:05.678901+00', '{"a":1}', 'hey')`)
      const row = (
        await engine.execute(
          'select id as x, big_count, small_count, price, mood, moods, at, data, shout as s from things',
        )
      ).one()
      expect(row).toEqual({
        x: 1,
        big_count: 9007199254740993n,
        small_count: 12,
        price: 1.5,
        mood: 'sad',
        moods: ['sad', 'happy'],
        at: new Date('2024-01-02T03:04:05.678Z'),
        data: { a: 1 },
        s: 'HEY',
      })
      const nested = await engine.execute(
        'with w as (select id, shout from things) select * from (select * from w) as v',
      )
      expect(nested.one()).toEqual({ id: 1, shout: 'HEY' })
      expect((await engine.execute('select exact_at from things')).scalar()).toMatch(/678901/)
    })

    test('expressions come back by their own type', async () => {
      const row = (
        await engine.execute(`select count(*) as n, max(small_count) as m, 1.50::numeric as d, now() as t, 1::int as i,
        'sad'::mood as mood, array['sad'::mood] as moods, array[3::positive] as p from things`)
      ).one()
      expect(row).toMatchObject({ n: 0n, m: null, d: '1.50', i: 1, mood: 'sad', moods: ['sad'], p: [3] })
      expect(row.t).toBeInstanceOf(Date)
    })

    test('a composite type that the schema does not know is an object', async () => {
      const row = (
        await engine.execute(
          `select row('here', '(1,2)', '{happy}')::spot as s, array[row('a', null, '{}')::spot] as l`,
        )
      ).one()
      expect(row).toEqual({
        s: { place: 'here', at: { x: 1, y: 2 }, feelings: ['happy'] },
        l: [{ place: 'a', at: null, feelings: [] }],
      })
    })

    test('a column that was added later is decoded too', async () => {
      await engine.execute('insert into things (shout) values (null)')
      await engine.execute('select shout from things')
      await engine.execute('alter table things drop column shout')
      await engine.execute(`alter table things add column shout text default 'new'`)
      expect((await engine.execute('select shout from things')).scalar()).toBe('NEW')
    })

    test('a partition is read as its table', async () => {
      const parted = defineSchema({ logs: table({ k: t.bigint({ mode: 'number' }), v: t.text() }) })
      const other = new EngineCore(await driver.database(), { schema: parted })
      await other.execute(`create table logs (k bigint, v text) partition by list (k);
        create table logs_1 (v text, k bigint); alter table logs attach partition logs_1 for values in (1);
        insert into logs values (1, 'a')`)
      expect((await other.execute('select k from logs_1')).scalar()).toBe(1)
      await other.dispose()
    })

    test('one, oneOrNone, first, scalar, scalars and iteration', async () => {
      const two = await engine.execute<{ n: number }>('select n from generate_series(1, 2) n')
      const none = await engine.execute('select 1 where false')
      expect(() => two.one()).toThrow(TooManyRowsError)
      expect(() => two.oneOrNone()).toThrow('one row was wanted, but the statement gave 2')
      expect(() => two.scalar()).toThrow(TooManyRowsError)
      expect(() => none.one()).toThrow(NoRowError)
      expect(none.oneOrNone()).toBeNull()
      expect(none.first()).toBeNull()
      expect(two.first()).toEqual({ n: 1 })
      expect(two.scalars()).toEqual([1, 2])
      expect([...two]).toEqual([{ n: 1 }, { n: 2 }])
    })
  })

  describe('transaction', () => {
    const count = async (): Promise<unknown> => (await engine.execute('select count(*)::int from plain')).scalar()

    test('commits when its work resolves and gives what it gave', async () => {
      expect(
        await engine.inTransaction(async tx => (await tx.execute('insert into plain values (1) returning n')).scalar()),
      ).toBe(1)
      expect(await count()).toBe(1)
    })

    test('rolls back when its work throws, and throws the same', async () => {
      const reason = new Error('no')
      const work = engine.inTransaction(async tx => {
        await tx.execute('insert into plain values (1)')
        throw reason
      })
      await expect(work).rejects.toBe(reason)
      expect(await count()).toBe(0)
    })

    test('a savepoint is undone alone', async () => {
      await engine.inTransaction(async tx => {
        await tx.execute('insert into plain values (1)')
        const inner = tx.transaction(async nested => {
          await nested.execute('insert into plain values (2)')
          await nested.execute('insert into plain values (1)')
        })
        await expect(inner).rejects.toBeInstanceOf(UniqueViolation)
        await tx.transaction(nested => nested.execute('insert into plain values (3)'))
      })
      expect((await engine.execute('select n from plain order by n')).scalars()).toEqual([1, 3])
    })

    test('savepoints begun side by side run one after the other', async () => {
      await engine.inTransaction(async tx => {
        const settled = await Promise.allSettled(
          [1, 2, 2, 3].map(n =>
            tx.transaction(async nested => {
              await nested.execute('insert into plain values ($1)', [n])
              await nested.execute('select 1')
            }),
          ),
        )
        expect(settled.map(one => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
      })
      expect((await engine.execute('select n from plain order by n')).scalars()).toEqual([1, 2, 3])
    })

    test('a savepoint of the outer transaction, begun within an inner one, is nested in it', async () => {
      await engine.inTransaction(async tx => {
        const inner = tx.transaction(async () => {
          await tx.transaction(deep => deep.execute('insert into plain values (1)'))
          throw new Error('no')
        })
        await expect(inner).rejects.toThrow('no')
      })
      expect(await count()).toBe(0)
    })

    test('a commit that the database turns into a rollback throws', async () => {
      const work = engine.inTransaction(async tx => {
        await tx.execute('insert into plain values (1)')
        await tx.execute('select no_such_column').catch(() => {})
      })
      await expect(work).rejects.toMatchObject({ name: 'EngineError', code: 'commitRolledBack' })
      expect(await count()).toBe(0)
    })

    test('takes no statement after its end', async () => {
      let kept: Transaction | undefined
      await engine.inTransaction(async tx => {
        kept = tx
      })
      await expect(kept?.execute('select 1')).rejects.toMatchObject({ code: 'transactionEnded' })
    })

    test('a statement that comes while it is rolled back is refused, not run outside of it', async () => {
      const beside: Promise<unknown>[] = []
      const work = engine.inTransaction(async tx => {
        const several = async (): Promise<void> => {
          for (let n = 1; n < 50; n++) await tx.execute('insert into plain values ($1)', [n])
        }
        beside.push(several().catch(error => error))
        await tx.execute('select no_such_column')
      })
      await expect(work).rejects.toMatchObject({ sqlState: '42703' })
      await Promise.all(beside)
      expect(await count()).toBe(0)
    })

    test('has the isolation and the access that were asked for', async () => {
      const settings = `select current_setting('transaction_isolation') as i, current_setting('transaction_read_only') as r,
        current_setting('transaction_deferrable') as d`
      const read = await engine.inTransaction(tx => tx.execute(settings), {
        isolation: 'serializable',
        readOnly: true,
        deferrable: true,
      })
      expect(read.one()).toEqual({ i: 'serializable', r: 'on', d: 'on' })
      // @ts-expect-error an isolation that Postgres does not have
      await expect(engine.inTransaction(async () => {}, { isolation: 'snapshot' })).rejects.toMatchObject({
        code: 'unknownIsolation',
      })
    })

    test('is run again when the database could not put it in order', async () => {
      let runs = 0
      const work = async (tx: Transaction): Promise<number> => {
        runs++
        await tx.execute('insert into plain values ($1)', [runs])
        if (runs < 3) await tx.execute(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`)
        return runs
      }
      expect(await engine.inTransaction(work, { retries: 5 })).toBe(3)
      expect((await engine.execute('select n from plain')).scalars()).toEqual([3])
      runs = 0
      await expect(engine.inTransaction(work, { retries: 1 })).rejects.toBeInstanceOf(SerializationFailure)
    })

    test('can be begun and ended by hand', async () => {
      {
        await using tx = await engine.begin()
        await tx.execute('insert into plain values (1)')
      }
      expect(await count()).toBe(0)
      const tx = await engine.begin()
      await tx.execute('insert into plain values (1)')
      await tx.commit()
      expect(await count()).toBe(1)
    })

    test('excludes or isolates what runs beside it', async () => {
      const order: string[] = []
      await Promise.all([
        engine.inTransaction(async tx => {
          await tx.execute('insert into plain values (1)')
          await new Promise(resolve => setTimeout(resolve, 30))
          await tx.execute('insert into plain values (2)')
          order.push('transaction')
        }),
        ...[1, 2, 3].map(async () => {
          expect([0, 2]).toContain(await count())
          order.push('statement')
        }),
      ])
      expect(order.toSorted()).toEqual(['statement', 'statement', 'statement', 'transaction'])
    })
  })

  test('a disposed engine takes no more statements, and can be disposed again', async () => {
    const other = new EngineCore(await driver.database())
    await other.execute('select 1')
    await other.dispose()
    await other.dispose()
    await expect(other.execute('select 1')).rejects.toMatchObject({ code: 'engineDisposed' })
  })

  test('a connection can be kept', async () => {
    await using lease = await engine.connect()
    await lease.execute(`set application_name = 'kept'`)
    expect((await lease.execute('show application_name')).scalar()).toBe('kept')
    await lease.execute('reset application_name')
    lease.release()
    await expect(lease.execute('select 1')).rejects.toBeInstanceOf(EngineError)
  })
})

test('an engine without a schema runs statements and says so when one is needed', async () => {
  await using engine = new EngineCore()
  expect(engine.driver).toBe('pglite')
  expect((await engine.execute('select 1 as n')).one()).toEqual({ n: 1 })
  expect(() => engine.model).toThrow(/needs a schema/)
})

test('a statement on the engine inside a transaction of an embedded database is refused, not waited for', async () => {
  await using engine = new EngineCore('pglite:')
  const work = engine.inTransaction(async () => {
    await engine.execute('select 1')
  })
  await expect(work).rejects.toMatchObject({ name: 'EngineError', code: 'insideTransaction' })
  expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
})

test('a PGlite that was given stays open, and its own transactions are not entered', async () => {
  const database = await PGlite.create()
  await database.exec(`set datestyle = 'German'; create table plain (n integer)`)
  const engine = new EngineCore(database)
  const seen: unknown[] = []
  await Promise.all([
    database.transaction(async tx => {
      await tx.query('insert into plain values (1)')
      await new Promise(resolve => setTimeout(resolve, 20))
      await tx.rollback()
    }),
    engine.execute('select count(*)::int from plain').then(result => seen.push(result.scalar())),
  ])
  expect(seen).toEqual([0])
  expect((await engine.execute(`select '2024-01-31'::date as d`)).scalar()).toBe('2024-01-31')
  await engine.dispose()
  expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  await database.close()
})

for (const driver of drivers.filter(one => one.name !== 'pglite')) {
  test('a pool that was given stays open, and its settings do not change what is read', async () => {
    const pool = new pg.Pool({
      connectionString: String(await driver.database()),
      options: '-c DateStyle=German -c IntervalStyle=iso_8601',
    })
    const engine = new EngineCore(pool)
    expect((await engine.execute(`select '2024-01-31'::date as d, interval '1 day' as i`)).one()).toMatchObject({
      d: '2024-01-31',
    })
    await engine.dispose()
    expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await pool.end()
  })
}
