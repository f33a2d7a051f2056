import type { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, inject } from 'vitest'
import { type KindName, kinds } from '../src/base/kinds.ts'
import { t } from '../src/schema/columns.ts'
import { encodeText, jsonEncoder } from '../src/schema/encode.ts'
import { decoder, decoderByOid } from '../src/sql/decode.ts'
import { cases, coveredKinds, pair, setup, typeOf, words } from './cases/values.ts'
import { embeddedDatabase } from './embedded.ts'

let database: PGlite
beforeAll(async () => {
  database = await embeddedDatabase(inject('template'))
  await database.exec(`set timezone = 'UTC'; set lc_monetary = 'en_US.UTF-8'`).catch(() => undefined)
  await database.exec(setup)
})
afterAll(() => database.close())

// `format` gives what the type's output function prints, which a cast to text does not always.
async function printed(sql: string, text: string): Promise<string> {
  const { rows } = await database.query<{ v: string }>(`select format('%s', $1::text::${sql}) as v`, [text])
  return rows[0]!.v
}

async function printedFromJson(sql: string, values: readonly unknown[]): Promise<string[]> {
  const { rows } = await database.query<{ v: string }>(
    `select format('%s', x.v) as v from json_to_recordset($1::text::json) as x(n integer, v ${sql}) order by n`,
    [JSON.stringify(values.map((v, n) => ({ n, v })))],
  )
  return rows.map(row => row.v)
}

describe('values go to the database and come back', () => {
  test('every kind has a case', () => {
    expect(Object.keys(kinds).filter(kind => !coveredKinds.has(kind as KindName))).toEqual([])
  })

  test.each(cases)('$name as text', async ({ type, sql, values, reads = values }) => {
    const decode = decoder(type)
    for (const [at, value] of values.entries()) {
      expect(decode(await printed(sql, encodeText(type, value)))).toStrictEqual(reads[at])
    }
  })

  test.each(cases)('$name as JSON', async ({ type, sql, values, reads = values }) => {
    const texts = await printedFromJson(sql, values.map(jsonEncoder(type)))
    expect(texts.map(decoder(type))).toStrictEqual([...reads])
  })

  const anyText = fc.string({ unit: 'binary' }).filter(text => !text.includes('\0') && text.isWellFormed())
  const many = { numRuns: 30 }

  test('any strings in arrays, composites and domains over arrays', async () => {
    const nested = typeOf(t.array(pair))
    const fields = { left: fc.option(anyText), right: fc.array(fc.option(fc.integer())) }
    const value = fc.array(fc.record(fields, { noNullPrototype: true }))
    await fc.assert(
      fc.asyncProperty(value, async rows => {
        expect(decoder(nested)(await printed('pair[]', encodeText(nested, rows)))).toStrictEqual(rows)
      }),
      many,
    )
    const type = typeOf(t.array(words))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.option(anyText))), async rows => {
        expect(decoder(type)(await printed('words[]', encodeText(type, rows)))).toStrictEqual(rows)
      }),
      many,
    )
  })

  test('any double, any moment, any JSON', async () => {
    const double = typeOf(t.doublePrecision())
    const timestamptz = typeOf(t.timestamptz())
    const jsonb = typeOf(t.array(t.jsonb()))
    const json = fc
      .jsonValue({ stringUnit: 'grapheme' })
      .filter(value => !/\\u0000|-0|e[+-]?\d/.test(JSON.stringify(value)))
    const date = fc.date({ min: new Date('-004712-01-01T00:00:00Z'), noInvalidDate: true })
    await fc.assert(
      fc.asyncProperty(fc.double(), date, json, async (number, moment, value) => {
        expect(decoder(double)(await printed('float8', encodeText(double, number)))).toBe(number)
        expect(decoder(timestamptz)(await printed('timestamptz', encodeText(timestamptz, moment)))).toStrictEqual(
          moment,
        )
        const normal: unknown = JSON.parse(JSON.stringify([value]))
        expect(decoder(jsonb)(await printed('jsonb[]', encodeText(jsonb, [value])))).toEqual(normal)
      }),
      { numRuns: 100 },
    )
  })
})

describe('readers', () => {
  test('a timestamptz is read with any offset, BC and years of many digits', () => {
    const decode = decoder(typeOf(t.timestamptz()))
    const iso = (text: string) => (decode(text) as Date).toISOString()
    expect(iso('2026-01-02 03:04:05.678901+00')).toBe('2026-01-02T03:04:05.678Z')
    expect(iso('2026-01-02 03:04:05+05:30')).toBe('2026-01-01T21:34:05.000Z')
    expect(iso('1883-11-18 12:00:00-04:56:02')).toBe('1883-11-18T16:56:02.000Z')
    expect(iso('0001-01-01 00:00:00.5+05:30:15 BC')).toBe('-000001-12-31T18:29:45.500Z')
    expect(iso('0001-01-01 00:30:00+01')).toBe('0000-12-31T23:30:00.000Z')
    expect(iso('0099-12-31 23:30:00-01')).toBe('0100-01-01T00:30:00.000Z')
    expect(iso('10000-01-01 00:00:00+00')).toBe('+010000-01-01T00:00:00.000Z')
    expect(iso('1969-12-31 23:59:59.9999+00')).toBe('1969-12-31T23:59:59.999Z')
  })

  test('what no Date holds names the mode that does', () => {
    const decode = decoder(typeOf(t.timestamptz()))
    for (const text of ['infinity', '-infinity']) {
      expect(() => decode(text)).toThrow(
        `a value of type 'timestamp with time zone' is infinity, which no Date holds; read it with mode 'string', or cast it to text`,
      )
    }
    expect(() => decode('294276-12-31 23:59:59+00')).toThrow('is a moment past the year 275760')
    expect(() => decode('01.02.2026 03:04:05 UTC')).toThrow('in a form that cannot be read')
  })

  test('a range with a bound that no Date holds says so, and is read with the mode that does', () => {
    expect(() => decoder(typeOf(t.tstzrange()))('["2026-01-01 00:00:00+00",infinity)')).toThrow(
      `a value of type 'tstzrange' is infinity, which no Date holds; read it with mode 'string', or cast it to text`,
    )
    expect(decoder(typeOf(t.tstzrange({ mode: 'string' })))('["2026-01-01 00:00:00+00",infinity)')).toEqual({
      lower: '2026-01-01 00:00:00+00',
      upper: 'infinity',
      bounds: '[)',
      empty: false,
    })
    expect(() => decoder(typeOf(t.int8range({ mode: 'number' })))('[9007199254740993,)')).toThrow('is not exactly')
  })

  test('a number that would be another is refused', () => {
    const bigint = decoder(typeOf(t.bigint({ mode: 'number' })))
    expect(bigint('9007199254740991')).toBe(9007199254740991)
    expect(() => bigint('9007199254740993')).toThrow(
      `a value of type 'bigint' is not exactly a JavaScript number; read it with mode 'bigint'`,
    )
    const numeric = decoder(typeOf(t.numeric({ mode: 'number' })))
    const kept = ['1.10', '0', '0.000', '1000000000000000000000', '-0.00000010', '100', '.5', 'NaN', '-Infinity']
    expect(kept.map(numeric)).toEqual([1.1, 0, 0, 1e21, -1e-7, 100, 0.5, Number.NaN, Number.NEGATIVE_INFINITY])
    for (const text of ['0.1000000000000000055', '9007199254740993', `1${'0'.repeat(400)}`]) {
      expect(() => numeric(text)).toThrow(`a value of type 'numeric' is not exactly a JavaScript number`)
    }
  })

  test('bytea is read in both of its forms, as a plain Uint8Array', () => {
    const decode = decoder(typeOf(t.bytea()))
    expect(decode('\\x00ff')).toStrictEqual(Uint8Array.of(0, 255))
    expect(decode('a\\\\\\000\\377')).toStrictEqual(Uint8Array.of(97, 92, 0, 255))
  })

  test('arrays with lower bounds and of more dimensions than declared are read as they are', () => {
    const decode = decoder(typeOf(t.array(t.integer())))
    expect(decode('[0:1]={1,NULL}')).toEqual([1, null])
    expect(decode('[1:1][-2:-1]={{1,2}}')).toEqual([[1, 2]])
    expect(() => decode('{1,2')).toThrow('in a form that cannot be read')
  })

  test('a field named __proto__ is a field', () => {
    const type = typeOf(t.composite('odd', { ['__proto__']: t.integer() }))
    expect(Object.entries(decoder(type)('(1)') as object)).toEqual([['__proto__', 1]])
  })

  test('built-in oids and their arrays read without a schema; unknown ones stay text', () => {
    expect(decoderByOid(20)('9223372036854775807')).toBe(9223372036854775807n)
    expect(decoderByOid(1700)('1.10')).toBe('1.10')
    expect(decoderByOid(1184)('2026-01-02 03:04:05+00')).toEqual(new Date('2026-01-02T03:04:05Z'))
    expect(decoderByOid(3802)('{"a":1}')).toEqual({ a: 1 })
    expect(decoderByOid(16)('f')).toBe(false)
    expect(decoderByOid(1016)('{1,NULL}')).toEqual([1n, null])
    expect(decoderByOid(1020)('{(1,1),(0,0);(3,3),(2,2)}')).toEqual([
      { high: { x: 1, y: 1 }, low: { x: 0, y: 0 } },
      { high: { x: 3, y: 3 }, low: { x: 2, y: 2 } },
    ])
    expect(decoderByOid(999_999)('x')).toBe('x')
  })
})
