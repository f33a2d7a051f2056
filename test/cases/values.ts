/** Values of every kind, at its extremes, and what they read back as where that is not the same. */
import type { KindName } from '../../src/base/kinds.ts'
import type { TypeModel } from '../../src/schema/model.ts'
import type { AnyColumn } from '../../types/literal.ts'
import { t } from '../../src/schema/columns.ts'
import { TypeRegistry } from '../../src/schema/type-model.ts'

const registry = new TypeRegistry(key => key)

export function typeOf(column: object): TypeModel {
  // The functions of `t` promise phantoms beside the plain data that is here.
  return registry.type(column as AnyColumn)
}

/** `reads`: what the value of the same index comes back as. */
export interface ValueCase {
  readonly name: string
  readonly type: TypeModel
  readonly sql: string
  readonly values: readonly unknown[]
  readonly reads?: readonly unknown[]
}

function of(column: object, sql: string, values: readonly unknown[], reads?: readonly unknown[]): ValueCase {
  return { name: sql, type: typeOf(column), sql, values, reads }
}

const awkward = [
  '',
  ' ',
  'NULL',
  'null',
  '{}',
  '"',
  '\\',
  `'`,
  'a,b',
  '(a)',
  '[b]',
  'ä\u{1F600}\u2028',
  '\t\n\r',
  ':x',
  '\\x41',
]
const moments = [
  new Date(0),
  new Date(-1),
  new Date(8.64e15),
  new Date('0001-01-01T00:00:00.001Z'),
  new Date('-000001-12-31T23:59:59.999Z'),
  new Date('0000-02-29T00:00:00Z'),
  new Date('0099-03-01T00:00:00Z'),
  new Date('+010000-01-01T00:00:00Z'),
  new Date('-004000-06-01T00:00:00Z'),
]
const clock = [
  '2026-01-02 03:04:05.123456',
  'infinity',
  '-infinity',
  '0001-01-01 00:00:00 BC',
  '294276-12-31 23:59:59.999999',
]
const floats = [0, -0, 1.5, -2.25, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const point = { x: -0, y: 1e-300 }
const whole = (lower: unknown, upper: unknown, bounds = '[)') => ({ lower, upper, bounds, empty: false })
const nothing = { lower: null, upper: null, bounds: '[)', empty: true }
const [int8Low, int8High] = [-(2n ** 63n), 2n ** 63n - 1n]

export const mood = t.enum('mood', ['sad', 'so, "so"', '', 'NULL'])
export const positive = t.domain('positive', { of: t.integer() })
export const words = t.domain('words', { of: t.array(t.text()) })
export const documentDomain = t.domain('document', { of: t.jsonb() })
export const pair = t.composite('pair', { left: t.text({ nullable: true }), right: t.array(t.integer()) })
export const tree = t.composite('tree', {
  pair,
  at: t.timestamptz({ nullable: true }),
  data: t.jsonb({ nullable: true }),
})
/** What the database must know before the cases run. */
export const setup = `
  create type mood as enum ('sad', 'so, "so"', '', 'NULL');
  create domain positive as integer check (value > 0);
  create domain words as text[];
  create domain document as jsonb;
  create type pair as ("left" text, "right" integer[]);
  create type tree as (pair pair, at timestamptz, data jsonb);
`

// biome-ignore format: columns line up
export const cases: readonly ValueCase[] = [
  of(t.smallint(), 'smallint', [-32_768, 32_767]),
  of(t.smallserial(), 'smallint', [1]),
  of(t.integer(), 'integer', [-2_147_483_648, 0, 2_147_483_647]),
  of(t.serial(), 'integer', [7]),
  of(t.bigint(), 'bigint', [int8Low, 0n, int8High]),
  of(t.bigint({ mode: 'number' }), 'bigint', [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]),
  of(t.bigserial(), 'bigint', [5n]),
  of(
    t.numeric(),
    'numeric',
    ['0.10', '-123456789012345678901234567890.5', 'NaN', 'Infinity', '-Infinity', '1e3'],
    ['0.10', '-123456789012345678901234567890.5', 'NaN', 'Infinity', '-Infinity', '1000'],
  ),
  of(t.numeric({ mode: 'number' }), 'numeric', [
    0.1,
    1e21,
    1e-7,
    5e-324,
    Number.MAX_VALUE,
    -1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]),
  of(t.numeric({ precision: 8, scale: 3, mode: 'number' }), 'numeric(8,3)', [1.5, 0, 12_345.678]),
  of(t.real(), 'real', [...floats, 0.1, 1e38]),
  of(t.doublePrecision(), 'double precision', [...floats, 0.1, 5e-324, Number.MAX_VALUE]),
  of(t.money(), 'money', ['$1,234.50', '12'], ['$1,234.50', '$12.00']),
  of(t.text(), 'text', awkward),
  of(t.varchar({ length: 20 }), 'character varying(20)', awkward),
  of(t.char({ length: 3 }), 'character(3)', ['abc', 'a'], ['abc', 'a  ']),
  of(t.name(), 'name', ['x'.repeat(63)]),
  of(t.bytea(), 'bytea', [new Uint8Array(), Uint8Array.from({ length: 256 }, (_, at) => at)]),
  of(t.boolean(), 'boolean', [true, false]),
  of(t.uuid(), 'uuid', ['00000000-0000-0000-0000-0000000000ff']),
  of(t.date(), 'date', ['2026-02-28', 'infinity', '0001-01-01 BC', '5874897-12-31']),
  of(t.time(), 'time', ['24:00:00', '12:34:56.789012']),
  of(t.timetz(), 'timetz', ['12:34:56.789012+05:30']),
  of(t.timestamp(), 'timestamp', clock),
  of(t.timestamp({ mode: 'date' }), 'timestamp', moments),
  of(t.timestamptz(), 'timestamptz', moments),
  of(t.timestamptz({ mode: 'string' }), 'timestamptz', ['2026-01-02 03:04:05.123456+00', 'infinity']),
  of(t.interval(), 'interval', ['1 year 2 mons 3 days 04:05:06.789', '-00:00:01']),
  of(t.json(), 'json', [{ a: [1, 'x', null, true] }, 'text', 5, false, [], { 'ä"': '\\' }]),
  of(
    t.jsonb(),
    'jsonb',
    [{ a: [1, 'x', null, true] }, 'text', '5', 5, false, [], { 'ä"': '\\u0000' }, { at: new Date(0) }],
    [{ a: [1, 'x', null, true] }, 'text', '5', 5, false, [], { 'ä"': '\\u0000' }, { at: '1970-01-01T00:00:00.000Z' }],
  ),
  of(t.jsonpath(), 'jsonpath', ['$."a"']),
  of(t.xml(), 'xml', ['<a/>']),
  of(t.bit({ length: 4 }), 'bit(4)', ['0101']),
  of(t.varbit(), 'bit varying', ['', '01']),
  of(t.inet(), 'inet', ['::1', '10.0.0.1/8']),
  of(t.cidr(), 'cidr', ['10.0.0.0/8']),
  of(t.macaddr(), 'macaddr', ['08:00:2b:01:02:03']),
  of(t.macaddr8(), 'macaddr8', ['08:00:2b:01:02:03:04:05']),
  of(t.tsvector(), 'tsvector', [`'a':1 'b''c':2A`]),
  of(t.tsquery(), 'tsquery', [`'a' & !'b'`]),
  of(t.point(), 'point', [point, { x: Number.NaN, y: Number.NEGATIVE_INFINITY }]),
  of(t.line(), 'line', [{ a: 1, b: -1.5, c: 0 }]),
  of(t.lseg(), 'lseg', [{ from: point, to: { x: 1, y: 2 } }]),
  of(t.box(), 'box', [{ high: { x: 3, y: 4 }, low: { x: 1, y: 2 } }]),
  of(t.path(), 'path', [
    { closed: true, points: [point] },
    { closed: false, points: [point, { x: 1, y: 2 }] },
  ]),
  of(t.polygon(), 'polygon', [
    [
      { x: 1, y: 2 },
      { x: 3, y: 4 },
      { x: 0, y: 9 },
    ],
  ]),
  of(t.circle(), 'circle', [{ center: point, radius: 2.5 }]),
  of(
    t.int4range(),
    'int4range',
    [whole(1, 5), { lower: 1 }, { empty: true }, {}, { lower: 1, upper: 5, bounds: '(]' }],
    [whole(1, 5), whole(1, null), nothing, whole(null, null, '()'), whole(2, 6)],
  ),
  of(t.int8range(), 'int8range', [whole(int8Low, int8High)]),
  of(t.numrange(), 'numrange', [whole('1.50', '2', '[]'), whole('1', '2', '()')]),
  of(t.tsrange(), 'tsrange', [whole('2026-01-01 00:00:00', '2026-01-02 00:00:00')]),
  of(t.tstzrange(), 'tstzrange', [whole(moments[4], moments[7], '(]'), whole(new Date(0), new Date(1))]),
  of(t.daterange(), 'daterange', [whole('2026-01-01', 'infinity')]),
  of(
    t.int4multirange(),
    'int4multirange',
    [{ ranges: [whole(1, 3), whole(5, 7)] }, { ranges: [] }, { ranges: [{ lower: 9 }] }],
    [{ ranges: [whole(1, 3), whole(5, 7)] }, { ranges: [] }, { ranges: [whole(9, null)] }],
  ),
  of(t.int8multirange(), 'int8multirange', [{ ranges: [whole(1n, 3n)] }]),
  of(t.nummultirange(), 'nummultirange', [{ ranges: [whole('1', '3', '(]'), whole('4', null, '()')] }]),
  of(t.tsmultirange(), 'tsmultirange', [{ ranges: [whole('2026-01-01 00:00:00', '2026-01-02 00:00:00', '[]')] }]),
  of(t.tstzmultirange(), 'tstzmultirange', [
    { ranges: [whole(moments[4], moments[5]), whole(new Date(0), new Date(1))] },
  ]),
  of(t.datemultirange(), 'datemultirange', [{ ranges: [whole('2026-01-01', '2026-02-01')] }]),
  of(t.oid(), 'oid', [0, 4_294_967_295]),
  of(t.xid(), 'xid', [4_294_967_295]),
  of(t.xid8(), 'xid8', [0n, 2n ** 64n - 1n]),
  of(t.pgLsn(), 'pg_lsn', ['16/B374D848']),
  of(t.pgSnapshot(), 'pg_snapshot', ['10:20:10,14,15']),
  of(t.regclass(), 'regclass', ['pg_class']),
  of(t.regtype(), 'regtype', ['integer']),
  of(t.array(t.text()), 'text[]', [[], awkward, [null, 'a', null]]),
  of(t.array(t.array(t.text())), 'text[]', [
    [],
    [
      ['a', null],
      ['', 'NULL'],
    ],
  ]),
  of(t.array(t.array(t.array(t.integer()))), 'integer[]', [
    [
      [[1], [2]],
      [[3], [null]],
    ],
  ]),
  of(t.array(t.bytea()), 'bytea[]', [[Uint8Array.of(0, 255)]]),
  of(t.array(t.jsonb()), 'jsonb[]', [[{ a: '"' }, [1, 'b'], 'c', 1]]),
  of(t.array(t.timestamptz()), 'timestamptz[]', [moments]),
  of(t.array(t.box()), 'box[]', [
    [{ high: { x: 3, y: 4 }, low: { x: 1, y: 2 } }, { high: { x: 1, y: 1 }, low: { x: 0, y: 0 } }, null],
  ]),
  of(t.array(t.point()), 'point[]', [[point, null]]),
  of(t.array(t.numrange()), 'numrange[]', [[whole('1', '2'), nothing]]),
  of(mood, 'mood', ['sad', 'so, "so"', '', 'NULL']),
  of(t.array(mood), 'mood[]', [['sad', 'so, "so"', '', 'NULL', null]]),
  of(positive, 'positive', [1]),
  of(words, 'words', [['a', null, 'b,c']]),
  of(t.array(words), 'words[]', [[['a', 'b"c'], [], null]]),
  of(documentDomain, 'document', [{ a: 1 }, 'text']),
  of(pair, 'pair', [
    { left: null, right: [] },
    { left: '', right: [1, 2] },
    { left: 'a "b" \\ (c),', right: [null] },
  ]),
  of(t.array(pair), 'pair[]', [[{ left: '"', right: [1] }, null]]),
  of(tree, 'tree', [
    { pair: { left: '",\\', right: [1, 2] }, at: new Date(5), data: { a: ['"\\'] } },
    { pair: { left: null, right: [] }, at: null, data: null },
  ]),
  of(
    t.custom('point', {
      encode: (value: number[]) => `(${value})`,
      decode: text => text.slice(1, -1).split(',').map(Number),
    }),
    'point',
    [[1, 2]],
  ),
  of(t.custom('inet'), 'inet', ['::1']),
]

export const coveredKinds: ReadonlySet<KindName> = new Set(cases.map(one => one.type.kind))
