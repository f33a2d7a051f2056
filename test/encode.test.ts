import { describe, expect, test } from 'vitest'
import { ValueError } from '../src/base/errors.ts'
import { t } from '../src/schema/columns.ts'
import { encodeText, encoder, jsonEncoder, textEncoder } from '../src/schema/encode.ts'
import { encodeParameter } from '../src/sql/parameter.ts'
import { mood, pair, typeOf } from './cases/values.ts'

const cycle: { self?: unknown } = {}
cycle.self = cycle
const range = t.int4range()
const grid = t.array(t.array(t.integer()))

// biome-ignore format: columns line up
const refused: readonly [column: object, value: unknown, message: string][] = [
  [t.integer(), '7', `a value of type 'integer' is a whole number from -2147483648 to 2147483647; not a string`],
  [t.integer(), 1.5, 'not a number with a fraction'],
  [t.integer(), 2 ** 31, 'not a number outside that range'],
  [t.integer(), Number.NaN, 'not NaN'],
  [t.integer(), null, 'not null'],
  [t.smallint(), -32_769, 'a whole number from -32768 to 32767'],
  [t.oid(), -1, 'a whole number from 0 to 4294967295'],
  [
    t.bigint(),
    1,
    `a value of type 'bigint' is a bigint from -9223372036854775808 to 9223372036854775807; not a number`,
  ],
  [t.bigint(), 2n ** 63n, 'not a bigint outside that range'],
  [t.xid8(), -1n, 'not a bigint outside that range'],
  [t.bigint({ mode: 'number' }), 2 ** 53, 'not a number outside that range'],
  [t.bigint({ mode: 'number' }), 1n, 'not a bigint'],
  [t.numeric(), 1.5, `a value of type 'numeric' is a string; not a number with a fraction`],
  [t.numeric({ mode: 'number' }), '1.5', 'is a number; not a string'],
  [t.doublePrecision(), '1', 'is a number; not a string'],
  [
    t.text(),
    'secret\0',
    `a value of type 'text' is a string of whole characters; not a string with the character U+0000`,
  ],
  [t.text(), '\ud800', 'not a string with half a surrogate pair'],
  [t.text(), 5, 'is a string; not a number'],
  [t.varchar({ length: 3 }), 'secret', `a value of type 'character varying' is a string of at most 3 characters; not a longer one`],
  [t.varchar({ length: 1 }), 'a ', 'not a longer one'],
  [t.char({ length: 2 }), 'äöü', 'at most 2 characters'],
  [t.bit({ length: 3 }), '01', `a value of type 'bit' is a string of 3 bits; not a shorter one`],
  [t.bit(), '01', 'is a string of 1 bits; not a longer one'],
  [t.varbit({ length: 3 }), '0101', 'is a string of at most 3 bits; not a longer one'],
  [t.numeric({ precision: 4, scale: 2 }), '-0100.5', 'is a number with at most 2 digits before the point; not a string with more'],
  [t.numeric({ precision: 4 }), 'Infinity', 'or an infinite one'],
  [t.numeric({ precision: 4, scale: 2, mode: 'number' }), 100, 'not a number with more'],
  [t.numeric({ precision: 4, scale: 2, mode: 'number' }), Number.POSITIVE_INFINITY, 'not an infinite number'],
  [t.real(), 1e39, `a value of type 'real' is a number from 1.4e-45 to 3.4e38 in size; not a number outside that range`],
  [t.real(), -1e-50, 'not a number outside that range'],
  [t.timestamptz(), new Date('-004713-11-23T23:59:59.999Z'), 'is a Date from 4714-11-24 BC on; not an earlier one'],
  [t.tstzrange(), { lower: new Date(-8.64e15) }, 'not an earlier one'],
  [t.text(), undefined, 'is a string; not undefined'],
  [t.name(), 'ä'.repeat(32), 'is a string of at most 63 bytes; not a longer one'],
  [t.boolean(), 'true', 'is a boolean; not a string'],
  [t.uuid(), 'secret', 'of 32 hexadecimal digits in the groups 8-4-4-4-12; not another string'],
  [t.date(), new Date(0), 'is a string; not a Date'],
  [t.timestamptz(), '2026-01-01', 'is a Date; not a string'],
  [t.timestamptz(), new Date(Number.NaN), 'is a Date; not an invalid Date'],
  [t.timestamptz({ mode: 'string' }), new Date(0), 'is a string; not a Date'],
  [t.timestamp({ mode: 'date' }), '2026-01-01', 'is a Date; not a string'],
  [t.bytea(), 'secret', 'is a Uint8Array; not a string'],
  [mood, 'secret', `a value of type 'mood' is one of 'sad'`],
  [t.jsonb(), undefined, `a value of type 'jsonb' is a value that JSON can say; not undefined`],
  [t.jsonb(), { a: 1n }, 'not a bigint'],
  [t.jsonb(), { a: [undefined] }, 'not undefined'],
  [t.jsonb(), { a: () => 1 }, 'not a function'],
  [t.jsonb(), [Number.NaN], 'not NaN'],
  [t.jsonb(), { at: new Date(Number.NaN) }, 'not NaN'],
  [t.jsonb(), new Map(), 'not a Map'],
  [t.jsonb(), { a: new Uint8Array() }, 'not a Uint8Array'],
  [t.jsonb(), cycle, 'not an object that holds itself'],
  [t.jsonb(), { a: 'secret\0' }, 'is JSON of whole characters; not a string with the character U+0000'],
  [t.jsonb(), { 'secret\ud800': 1 }, 'not a string with half a surrogate pair'],
  [t.array(t.text()), 'secret', `a value of type 'text[]' is an array; not a string`],
  [t.array(t.text()), ['a', undefined], `a value of type 'text' is a string; not undefined`],
  [t.array(t.text()), new Array(1), 'not undefined'],
  [t.array(t.text()), [['a']], `a value of type 'text' is a string; not an array`],
  [
    grid,
    [[1], [2, 3]],
    `a value of type 'integer[][]' is an array of arrays of one length, 2 deep; not arrays of different lengths`,
  ],
  [grid, [[], []], 'not an array with empty arrays in it'],
  [grid, [[1], null], 'not an array with something else in place of an array'],
  [
    t.array(grid),
    [
      [[1], [2]],
      [[3], [4, 5]],
    ],
    '3 deep; not arrays of different lengths',
  ],
  [pair, { left: 'a', right: [], wright: [] }, `type 'pair' has no field 'wright'; did you mean 'right'?`],
  [pair, ['a'], `a value of type 'pair' is an object; not an array`],
  [range, { lower: 1, bounds: 'secret' }, `a range whose 'bounds' are '[)' | '[]' | '(]' | '()'; not one with others`],
  [range, { lower: 1, empty: true }, 'an empty range, or one with bounds; not both at once'],
  [range, { lower: 1, uper: 2 }, `type 'int4range' has no field 'uper'; did you mean 'upper'?`],
  [range, { lower: '1' }, `a value of type 'integer'`],
  [t.int4multirange(), [], `a value of type 'int4multirange' is an object; not an array`],
  [t.point(), { x: 1 }, `a value of type 'point' is a number; not undefined`],
  [t.path(), { points: [] }, `an object with a boolean as 'closed'; not undefined`],
  [t.custom('citext'), 5, `a value of type 'citext' is a string; not a number`],
  [t.domain('positive', { of: t.integer() }), 'secret', `a value of type 'integer'`],
]

describe('what a type cannot hold', () => {
  test.each(refused)('%o refuses %o', (column, value, message) => {
    const type = typeOf(column)
    for (const encode of [textEncoder(type), jsonEncoder(type)]) {
      const act = () => encode(value)
      expect(act).toThrow(ValueError)
      expect(act).toThrow(message)
      expect(act).not.toThrow('secret')
    }
  })

  test('a ValueError is a TypeError with a code', () => {
    expect(new ValueError('wrongValue', 'a', 'b', 'c')).toMatchObject({ name: 'ValueError', code: 'wrongValue' })
    expect(new ValueError('wrongValue', 'a', 'b', 'c')).toBeInstanceOf(TypeError)
  })

  test('a type without its parts is a mistake in the schema', () => {
    expect(() => encodeText(typeOf({ type: 'array' }), [])).toThrow(`a type of kind 'array' needs 'of'`)
  })
})

describe('forms', () => {
  test('an object that is twice in JSON, but not in itself, is taken', () => {
    const shared = { a: 1 }
    expect(encodeText(typeOf(t.jsonb()), [shared, shared])).toBe('[{"a":1},{"a":1}]')
  })

  test('JSON keeps its own numbers, booleans, strings and values; the rest is text', () => {
    const json = (column: object, value: unknown) => jsonEncoder(typeOf(column))(value)
    const value = { a: [1] }
    expect(json(t.integer(), 5)).toBe(5)
    expect(json(t.bigint({ mode: 'number' }), 5)).toBe(5)
    expect(json(t.bigint(), 5n)).toBe('5')
    expect(json(t.boolean(), true)).toBe(true)
    expect(json(t.text(), 'a')).toBe('a')
    expect(json(t.jsonb(), value)).toBe(value)
    expect(json(t.doublePrecision(), 1.5)).toBe(1.5)
    expect([-0, Number.NaN, Number.NEGATIVE_INFINITY].map(jsonEncoder(typeOf(t.real())))).toEqual([
      '-0',
      'NaN',
      '-Infinity',
    ])
    expect(json(t.array(t.integer()), [1, null])).toBe('{1,NULL}')
    expect(json(t.timestamptz(), new Date(0))).toBe('1970-01-01T00:00:00.000Z')
    expect(json(t.custom('jsonb', { encode: JSON.stringify }), value)).toBe(JSON.stringify(value))
  })

  test('null passes through encoder alone', () => {
    expect(encoder(typeOf(t.text()))(null)).toBe(null)
    expect(encoder(typeOf(t.text()))('a')).toBe('a')
  })

  test('encoders are made once per type', () => {
    const type = typeOf(t.text())
    expect(textEncoder(type)).toBe(textEncoder(type))
    expect(jsonEncoder(type)).toBe(jsonEncoder(type))
  })

  test('years past four digits and before year 1 are written as Postgres reads them', () => {
    const text = (iso: string) => encodeText(typeOf(t.timestamptz()), new Date(iso))
    expect(text('0000-01-01T00:00:00Z')).toBe('0001-01-01T00:00:00.000Z BC')
    expect(text('-000043-03-15T12:00:00Z')).toBe('0044-03-15T12:00:00.000Z BC')
    expect(text('+012345-01-01T00:00:00Z')).toBe('12345-01-01T00:00:00.000Z')
  })
})

describe('parameters without a type', () => {
  // biome-ignore format: columns line up
  const cases: readonly [value: unknown, text: string | null][] = [
    [null, null],
    ['a', 'a'],
    ['', ''],
    [1.5, '1.5'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
    [2n ** 70n, '1180591620717411303424'],
    [true, 'true'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [Uint8Array.of(0, 255), '\\x00ff'],
    [[], '{}'],
    [['a,b', null, 'c'], '{"a,b",NULL,c}'],
    [
      [
        [1, 2],
        [3, 4],
      ],
      '{{1,2},{3,4}}',
    ],
    [[Uint8Array.of(1)], '{"\\\\x01"}'],
    [[{ a: 1 }], '{"{\\"a\\":1}"}'],
    [{ a: [1] }, '{"a":[1]}'],
  ]
  test.each(cases)('%o is %o', (value, text) => expect(encodeParameter(value)).toBe(text))

  test('what is no value is refused with the name of its parameter', () => {
    expect(() => [1, undefined].map(encodeParameter)).toThrow(`parameter $2 is undefined; null is SQL's NULL`)
    expect(() => encodeParameter(undefined, 'author')).toThrow('parameter :author is undefined')
    expect(() => encodeParameter([1, undefined], 'ids')).toThrow('parameter :ids is undefined')
    expect(() => encodeParameter(() => 1)).toThrow('parameter $1 is a function, which is no value for a database')
    expect(() => encodeParameter(Symbol('secret'))).toThrow('parameter $1 is a symbol')
    expect(() => encodeParameter([1, [2]])).toThrow('parameter $1 is an array of arrays and other values')
    expect(() => encodeParameter('a\0')).toThrow('the character U+0000')
  })
})
