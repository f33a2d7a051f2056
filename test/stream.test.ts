import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Engine,
  createEngine,
  sql,
  t,
  table,
  defineSchema,
  EngineError,
  StatementCanceled,
  StatementError,
} from '../src/index.ts'
import { collectGarbage } from './collect-garbage.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema({ numbers: table({ id: t.id(), value: t.integer(), label: t.text({ nullable: true }) }) })
const series = 'select n, n::int8 * 2 as double from generate_series(1, :last) n'

for (const driver of drivers) {
  describe(`a stream on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = createEngine(await driver.database(), { schema })
      await engine.metadata.createAll()
      return () => engine.dispose()
    })
    const count = async () =>
      Number(await engine.execute('select count(*) from numbers').then(result => result.scalar()))

    it('gives all rows in order, as execute gives them', async () => {
      for (const [last, batch] of [
        [0, 3],
        [1, 3],
        [3, 3],
        [7, 3],
        [1200, undefined],
      ] as const) {
        const rows: unknown[] = []
        for await (const row of engine.stream(series, { last }, batch === undefined ? {} : { batch })) rows.push(row)
        expect(rows).toEqual((await engine.execute(series, { last })).rows)
      }
    })

    it('takes $1, and what the tag gives', async () => {
      const all = async (rows: AsyncIterable<unknown>) => {
        const given: unknown[] = []
        for await (const row of rows) given.push(row)
        return given
      }
      expect(await all(engine.stream('select $1::int as n', [4]))).toEqual([{ n: 4 }])
      expect(await all(engine.stream(sql`select ${'x'}::text as x`))).toEqual([{ x: 'x' }])
    })

    it('reads no further than its rows are wanted, and frees the connection when it is left', async () => {
      await engine.execute('create sequence if not exists seen')
      await engine.execute('alter sequence seen restart')
      let rows = 0
      for await (const _ of engine.stream(`select nextval('seen') from generate_series(1, 10000)`, [], { batch: 10 })) {
        if (++rows === 15) break
      }
      expect(Number(await engine.execute('select last_value from seen').then(result => result.scalar()))).toBeLessThan(
        100,
      )
    })

    it('does what it does when it ends, and undoes it when it is left or fails', async () => {
      const insert = 'insert into numbers (value) select n from generate_series(1, 20) n returning id'
      for await (const _ of engine.stream(insert));
      expect(await count()).toBe(20)
      for await (const _ of engine.stream(insert)) break
      expect(await count()).toBe(20)
      const loop = (async () => {
        for await (const _ of engine.stream(insert)) throw new Error('mine')
      })()
      await expect(loop).rejects.toThrow('mine')
      expect(await count()).toBe(20)
      await engine.execute('truncate numbers')
    })

    it('says in the loop what the database refuses, also after some rows', async () => {
      const rows: unknown[] = []
      const loop = async (text: string) => {
        for await (const row of engine.stream(text, [], { batch: 2 })) rows.push(row)
      }
      const error = await loop('select 6 / (4 - n) as q from generate_series(1, 9) n').catch((one: unknown) => one)
      expect(error).toBeInstanceOf(StatementError)
      expect(error).toMatchObject({ sqlState: '22012' })
      expect((error as Error).stack).toContain('stream.test.ts')
      expect(rows).toEqual([{ q: 2 }, { q: 3 }])
      await expect(loop('select nothing')).rejects.toMatchObject({ sqlState: '42703' })
      expect(await engine.execute('select 1 as one').then(result => result.scalar())).toBe(1)
    })

    it('in a transaction sees what that wrote, beside its other statements, and leaves it open', async () => {
      await engine.transaction(async tx => {
        await tx.execute('insert into numbers (value) select n from generate_series(1, 30) n')
        let sum = 0
        for await (const { value } of tx.stream<{ value: number }>('select value from numbers order by id', [], {
          batch: 7,
        })) {
          sum += value
          if (value % 10 === 0) await tx.execute('update numbers set label = $1 where value = $2', ['ten', value])
          if (value === 25) break
        }
        expect(sum).toBe(325)
        const tens = await tx.execute(`select count(*)::int from numbers where label = 'ten'`)
        expect(tens.scalar()).toBe(2)
        await tx.execute('delete from numbers')
      })
      expect(await count()).toBe(0)
    })

    it('is given up by its signal', async () => {
      const controller = new AbortController()
      const reason = new Error('enough')
      let rows = 0
      const loop = (async () => {
        for await (const _ of engine.stream(series, { last: 100 }, { batch: 5, signal: controller.signal })) {
          if (++rows === 12) controller.abort(reason)
        }
      })()
      const error = await loop.catch((one: unknown) => one)
      expect(error).toBeInstanceOf(StatementCanceled)
      expect((error as Error).cause).toBe(reason)
      expect(rows).toBe(15)
      expect(await engine.execute('select 1 as one').then(result => result.scalar())).toBe(1)
    })

    it('takes a batch of rows only', async () => {
      for (const batch of [0, -1, 1.5, Number.NaN, '5' as unknown as number]) {
        const wrong = engine.stream('select 1', [], { batch })[Symbol.asyncIterator]().next()
        await expect(wrong).rejects.toThrow(EngineError)
        await expect(engine.stream('select 1', [], { batch }).next()).rejects.toThrow(
          /^a batch is a whole number of rows above 0; not /,
        )
      }
    })

    it('holds no more than its batches in memory', async () => {
      let most = 0
      let rows = 0
      collectGarbage()
      const before = process.memoryUsage().heapUsed
      const wide = `select n, repeat('x', 200) as text from generate_series(1, 100000) n`
      for await (const _ of engine.stream(wide, [], { batch: 200 })) {
        if (++rows % 10_000 !== 0) continue
        collectGarbage()
        most = Math.max(most, process.memoryUsage().heapUsed - before)
      }
      expect(rows).toBe(100_000)
      // All at once they are more than 40 MB.
      expect(most).toBeLessThan(5 * 1024 * 1024)
    })
  })
}
