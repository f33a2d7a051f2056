import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEngine, defineSchema, type Engine, sql, t, table } from '../src/index.ts'
import { collectGarbage } from './collect-garbage.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    people: table({
      id: t.id(),
      fullName: t.text(),
      age: t.integer({ nullable: true }),
      data: t.jsonb({ nullable: true }),
      bytes: t.bytea({ nullable: true }),
      tags: t.array(t.text(), { default: [] }),
      at: t.timestamptz({ default: sql`now()` }),
    }),
    numbers: table({ n: t.integer({ primaryKey: true }), label: t.text({ nullable: true }) }),
  },
  { naming: 'snake_case' },
)

const people = [
  {
    fullName: 'a\tb\\c\nd\r\v',
    age: 3,
    data: { a: ['x', null] },
    bytes: Uint8Array.of(0, 1, 255),
    tags: ['', 'NULL', 'a,b'],
    at: new Date(5),
  },
  { fullName: '\\N', age: null, data: null, bytes: null, tags: [], at: new Date(-1) },
  { fullName: '', data: 'x', tags: ['\\.'], at: new Date(0) },
  { fullName: '\\.', age: -1, tags: ['"'], at: new Date('0001-01-01T00:00:00Z'), bytes: new Uint8Array() },
]

const csv = `id,fullName,age,data,bytes,tags,at
1,"a\tb\\c
d\r\v",3,"{""a"": [""x"", null]}",\\x0001ff,"{"""",""NULL"",""a,b""}",1970-01-01 00:00:00.005+00
2,\\N,,,,{},1969-12-31 23:59:59.999+00
3,"",,"""x""",,"{""\\\\.""}",1970-01-01 00:00:00+00
4,\\.,-1,,\\x,"{""\\""""}",0001-01-01 00:00:00+00
`
const text = `a\\tb\\\\c\\nd\\r\\v\t3\t\\\\x0001ff
\\\\N\t\\N\t\\N
\t\\N\t\\N
\\\\.\t-1\t\\\\x
`

const all = async <Row>(rows: AsyncIterable<Row>): Promise<Row[]> => {
  const given: Row[] = []
  for await (const row of rows) given.push(row)
  return given
}
const joined = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => Buffer.concat(await all(pieces)).toString()

for (const driver of drivers) {
  describe(`copies on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = createEngine(await driver.database(), { schema })
      await engine.metadata.createAll()
      return () => engine.dispose()
    })
    beforeEach(async () => {
      await engine.execute('truncate people, numbers restart identity')
    })
    const count = async () => Number((await engine.execute('select count(*) from numbers')).scalar())

    it('write rows and give them back as they were', async () => {
      expect(await engine.copyFrom('people', people)).toBe(4)
      const rows = await all(engine.copyTo('people'))
      const nothing = { age: null, data: null, bytes: null }
      expect(rows).toEqual(people.map((row, at) => ({ id: at + 1, ...nothing, ...row })))
      expect(rows).toEqual(await engine.query.selectFrom('people').selectAll().execute())
    })

    it('give the text that Postgres makes of rows', async () => {
      await engine.copyFrom('people', people)
      await engine.transaction(async tx => {
        await tx.execute(`set local timezone = 'UTC'`)
        expect(await joined(tx.copyTo('people', { format: 'csv', header: true }))).toBe(csv)
        const query = 'select full_name, age, bytes from people order by id; -- all'.replace(' -- all', '')
        expect(await joined(tx.copyTo(query, { format: 'text' }))).toBe(text)
        expect(
          await joined(
            tx.copyTo('select null as a, 1 as "b,c" -- no rows\n where false', { format: 'csv', header: true }),
          ),
        ).toBe('a,"b,c"\n')
        expect(
          await joined(
            tx.copyTo(sql`select ${sql.identifier('full_name')} from people where id = 4`, { format: 'csv' }),
          ),
        ).toBe('"\\."\n')
      })
    })

    it('give pieces that stay as they are while others arrive', async () => {
      const pieces: Uint8Array[] = []
      for await (const piece of engine.copyTo(sql`select n, repeat('x', 50) from generate_series(1, 20000) n`, {
        format: 'csv',
      })) {
        pieces.push(piece)
        if (pieces.length < 10) await new Promise(resolve => setTimeout(resolve, 10))
      }
      const lines = Array.from({ length: 20_000 }, (_, at) => `${at + 1},${'x'.repeat(50)}\n`)
      expect(Buffer.concat(pieces).toString()).toBe(lines.join(''))
    })

    it('take iterables of any kind, and none', async () => {
      const some = [{ n: 1 }, { n: 2 }]
      expect(await engine.copyFrom('numbers', some)).toBe(2)
      expect(await engine.copyFrom('numbers', new Set([{ n: 3 }]))).toBe(1)
      async function* later() {
        yield { n: 4 }
        await new Promise(resolve => setTimeout(resolve, 20))
        yield { n: 5 }
      }
      expect(await engine.copyFrom('numbers', later())).toBe(2)
      expect(await engine.copyFrom('numbers', [])).toBe(0)
      expect(await engine.copyFrom('numbers', [], { columns: ['n', 'label'] })).toBe(0)
      expect(await count()).toBe(5)
    })

    it('leave out what the first row does, unless all columns are named', async () => {
      const rows = [{ n: 1 }, { n: 2, label: 'two' }]
      await expect(engine.copyFrom('numbers', rows)).rejects.toThrow(
        `column 'numbers.label' is not among those that are copied, which are the first row's; name them all in 'columns'; this is row 2 given to copyFrom`,
      )
      expect(await count()).toBe(0)
      expect(await engine.copyFrom('numbers', rows, { columns: ['n', 'label'] })).toBe(2)
      expect(await all(engine.copyTo('numbers'))).toEqual([
        { n: 1, label: null },
        { n: 2, label: 'two' },
      ])
    })

    it('decode what a query gives', async () => {
      const rows = engine.copyTo<{ n: bigint; none: null; pair: unknown }>(
        `select n::int8, null as none, array[n, null] as pair from generate_series(1, 3) n;`,
      )
      expect(await all(rows)).toEqual([1, 2, 3].map(n => ({ n: BigInt(n), none: null, pair: [n, null] })))
      expect(await all(engine.copyTo('select from generate_series(1, 2)'))).toEqual([{}, {}])
      expect(await all(engine.copyTo('insert into numbers values (7) returning n'))).toEqual([{ n: 7 }])
      expect(await count()).toBe(1)
    })

    it('are part of the transaction they are made in', async () => {
      await engine
        .transaction(async tx => {
          await tx.copyFrom('numbers', [{ n: 1 }])
          expect(await all(tx.copyTo('numbers'))).toHaveLength(1)
          await tx.rollback()
        })
        .catch(() => {})
      expect(await count()).toBe(0)
    })

    it('hold no more than a few rows in memory', async () => {
      collectGarbage()
      const before = process.memoryUsage().heapUsed
      let most = 0
      let seen = 0
      const look = (): void => {
        if (++seen % 10_000 !== 0) return
        collectGarbage()
        most = Math.max(most, process.memoryUsage().heapUsed - before)
      }
      const label = 'x'.repeat(200)
      function* rows() {
        for (let n = 0; n < 100_000; n++) {
          look()
          yield { n, label }
        }
      }
      expect(await engine.copyFrom('numbers', rows())).toBe(100_000)
      let sum = 0
      for await (const { n } of engine.copyTo('numbers')) {
        look()
        sum += n
      }
      expect(sum).toBe((100_000 * 99_999) / 2)
      let size = 0
      for await (const bytes of engine.copyTo('numbers', { format: 'csv' })) size += bytes.length
      expect(size).toBeGreaterThan(20_000_000)
      expect(seen).toBe(200_000)
      // All at once they are more than 40 MB.
      expect(most).toBeLessThan(30 * 1024 * 1024)
    })
  })
}
