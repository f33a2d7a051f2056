/** Rows read from the messages of the protocol: compiled or not, as text or in binary, the values are the same. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEngine } from '../src/index.ts'
import type { EngineCore } from '../src/engine/engine.ts'
import { rowMessage } from '../src/engine/row-message.ts'
import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { plainType } from '../src/schema/plain-type.ts'
import { sqlType } from '../src/schema/sql-type.ts'
import { table } from '../src/schema/table.ts'
import { textColumn } from '../src/sql/column-reader.ts'
import { decoder } from '../src/sql/decode.ts'
import { type ColumnReader, canCompile, rowReader, textsReader } from '../src/sql/row-reader.ts'
import { drivers } from './drivers.ts'

describe('the functions that read a row', () => {
  const columns = (...names: string[]): ColumnReader[] =>
    names.map(name => ({ name, read: textColumn(plainType('text')) }))
  const ways = (canCompile ? ['compiled', 'plain'] : ['plain']) as ('compiled' | 'plain')[]

  test('are compiled wherever code may be made', () => {
    expect(canCompile).toBe(process.env.CUPEL_TEST_ROWS !== 'plain')
  })

  test.each(ways)('%s: keys stand in the order of the columns, and of two with one name the last is kept', way => {
    const row = rowReader(columns('b', 'a', 'b', 'c'), way)(rowMessage(['1', '2', null, '']), 0)
    expect(Object.entries(row)).toEqual([
      ['b', null],
      ['a', '2'],
      ['c', ''],
    ])
  })

  test.each(ways)('%s: any name is a key like any other', way => {
    const names = ['__proto__', 'constructor', '"', "'", '\\', 'a b', '\u2028', '*/', '1', '\n', 'é', '']
    const row = rowReader(columns(...names), way)(rowMessage(names.map((_, at) => String(at))), 0)
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
    for (const [at, name] of names.entries()) expect(Object.getOwnPropertyDescriptor(row, name)?.value).toBe(String(at))
  })

  test('both ways read any row alike, wherever it lies', () => {
    const texts = fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 0, maxLength: 300 })
    fc.assert(
      fc.property(texts, fc.nat(9), (values, before) => {
        const read = columns(...values.map((_, at) => `c${at}`))
        const message = Buffer.concat([Buffer.alloc(before, 1), rowMessage(values), Buffer.alloc(3, 1)])
        const plain = rowReader(read, 'plain')(message, before)
        const expected = values.map(value => (value === null ? null : Buffer.from(value).toString()))
        expect(Object.values(plain)).toEqual(expected)
        expect(textsReader(values.length)(message, before)).toEqual(expected)
        if (canCompile) expect(rowReader(read, 'compiled')(message, before)).toEqual(plain)
      }),
    )
  })
})

const nullable = { nullable: true } as const
const schema = defineSchema({
  samples: table({
    id: t.id(),
    small: t.smallint(nullable),
    int: t.integer(nullable),
    big: t.bigint(nullable),
    near: t.bigint({ nullable: true, mode: 'number' }),
    double: t.doublePrecision(nullable),
    real: t.real(nullable),
    flag: t.boolean(nullable),
    moment: t.timestamptz(nullable),
    exact: t.timestamptz({ nullable: true, mode: 'string' }),
    clock: t.timestamp({ nullable: true, mode: 'date' }),
    bytes: t.bytea(nullable),
    words: t.text(nullable),
    object: t.oid(nullable),
    score: t.domain('score', { of: t.doublePrecision() }, nullable),
    scores: t.array(t.doublePrecision(), nullable),
    names: t.array(t.text(), nullable),
    flags: t.array(t.boolean(), nullable),
    grid: t.array(t.array(t.bigint()), nullable),
    moments: t.array(t.timestamptz(), nullable),
    blobs: t.array(t.bytea(), nullable),
    prices: t.array(t.numeric(), nullable),
  }),
})
type Column = Exclude<keyof typeof schema.tables.samples.columns, 'id'>

const [min8, max8] = [-(2n ** 63n), 2n ** 63n - 1n]
const around53 = [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 1n - 2n ** 53n, -(2n ** 53n), -(2n ** 53n) - 1n]
const whole = (min: bigint, max: bigint, ...some: bigint[]) =>
  fc.oneof(fc.constantFrom(min, max, 0n, -1n, 1n, ...some), fc.bigInt({ min, max })).map(String)
const float = fc
  .oneof(fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, 1.7976931348623157e308, 0.1), fc.double())
  .map(value => (Object.is(value, -0) ? '-0' : String(value)))
const two = (least: number, most: number) => fc.integer({ min: least, max: most }).map(n => String(n).padStart(2, '0'))
const moment = fc.oneof(
  fc.constantFrom(
    'infinity',
    '-infinity',
    '4713-01-01 00:00:00 BC',
    '1999-12-31 23:59:59.999999',
    '1969-12-31 23:59:59.999999',
    '1714-12-22 15:28:52.740992',
    '2255-06-05 23:47:34.740993',
    '275760-09-13 00:00:00',
    '275760-09-13 00:00:00.001',
    '294276-12-31 23:59:59.999999',
  ),
  fc
    .record({
      year: fc.oneof(
        fc.integer({ min: 1, max: 4712 }),
        fc.integer({ min: 1900, max: 2100 }),
        fc.integer({ min: 1, max: 294_275 }),
      ),
      month: two(1, 12),
      day: two(1, 28),
      hour: two(0, 23),
      minute: two(0, 59),
      second: two(0, 59),
      micro: fc.integer({ min: 0, max: 999_999 }),
      before: fc.boolean(),
    })
    .map(({ year, month, day, hour, minute, second, micro, before }) => {
      const fraction = String(micro).padStart(6, '0')
      const clock = `${String(year).padStart(4, '0')}-${month}-${day} ${hour}:${minute}:${second}.${fraction}`
      return before && year < 4713 ? `${clock} BC` : clock
    }),
)
const bytes = fc.uint8Array({ maxLength: 300 }).map(value => `\\x${Buffer.from(value).toString('hex')}`)

const list = (element: fc.Arbitrary<string>) =>
  fc.array(fc.option(element, { nil: 'NULL' }), { maxLength: 5 }).map(all => `{${all.join(',')}}`)

/** Texts that Postgres takes as values of each column. */
const values: { readonly [name in Column]: fc.Arbitrary<string> } = {
  small: whole(-32_768n, 32_767n),
  int: whole(-(2n ** 31n), 2n ** 31n - 1n),
  big: whole(min8, max8, ...around53),
  near: whole(min8, max8, ...around53),
  double: float,
  real: fc.float().map(value => (Object.is(value, -0) ? '-0' : String(value))),
  flag: fc.boolean().map(String),
  moment: moment.map(text => (text.includes('inf') ? text : text.replace(/( BC)?$/, '+00$1'))),
  exact: moment.map(text => (text.includes('inf') ? text : text.replace(/( BC)?$/, '+00$1'))),
  clock: moment,
  bytes,
  words: fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\0', '')),
  object: whole(0n, 2n ** 32n - 1n),
  score: float,
  scores: list(float),
  names: list(
    fc.string({ unit: 'grapheme' }).map(text => JSON.stringify(text.replaceAll('\0', '')).replaceAll(/\\[bfnrt]/g, '')),
  ),
  flags: list(fc.boolean().map(String)),
  grid: fc
    .tuple(fc.nat(3), fc.nat(3))
    .chain(([height, width]) =>
      fc.array(fc.array(whole(min8, max8), { minLength: width, maxLength: width }), {
        minLength: height,
        maxLength: height,
      }),
    )
    .map(rows =>
      rows.flat().length === 0
        ? '{}'
        : `[5:${4 + rows.length}][0:${(rows[0]?.length ?? 0) - 1}]={${rows.map(row => `{${row.join(',')}}`).join(',')}}`,
    ),
  moments: list(moment.map(text => (text.includes('inf') ? text : JSON.stringify(text.replace(/( BC)?$/, '+00$1'))))),
  blobs: list(bytes.map(text => JSON.stringify(text))),
  prices: list(whole(min8, max8).map(text => `${text}.50`)),
}

describe.each(drivers)('on $name', driver => {
  let engine: EngineCore
  let plain: EngineCore
  beforeAll(async () => {
    const database = await driver.database()
    // Knows from the second time on what a statement gives, and asks for it in the cheapest form.
    const made = createEngine(database, { schema, pool: { max: 1 } })
    engine = made
    // Is told each time, and always asks for text.
    plain = createEngine(database, { schema, prepare: false, pool: { max: 1 } })
    await made.metadata.createAll()
  })
  afterAll(async () => {
    await engine.dispose()
    await plain.dispose()
  })

  /** The value, or why there is none. */
  async function outcome(work: () => unknown): Promise<unknown> {
    try {
      return { value: await work() }
    } catch (error) {
      return { refused: String(error) }
    }
  }
  const scalar = async (of: EngineCore, text: string): Promise<unknown> => (await of.execute(text)).scalar()

  test.for(Object.keys(values) as Column[])(
    'a value of column %s is the same in text and in binary, and as its text says',
    { timeout: 120_000 },
    async name => {
      const type = engine.model.tableByKey.get('samples')?.columnByKey.get(name)?.type
      if (type === undefined) throw new Error(`no column ${name}`)
      const decode = decoder(type)
      const select = `select ${name} as value from samples`
      await engine.execute('truncate samples')
      await engine.execute('insert into samples default values')
      for (let run = 0; run < 3; run++) expect(await outcome(() => scalar(engine, select))).toEqual({ value: null })
      await fc.assert(
        fc.asyncProperty(values[name], async text => {
          await engine.execute(`update samples set ${name} = ($1::text)::${sqlType(type)}`, [text])
          const asText = String(await scalar(plain, `select ${name}::text from samples`))
          const expected = await outcome(() => decode(asText))
          expect(await outcome(() => scalar(engine, select))).toStrictEqual(expected)
          expect(await outcome(() => scalar(plain, select))).toStrictEqual(expected)
        }),
        { numRuns: 60 },
      )
    },
  )
})
