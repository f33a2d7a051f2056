/** Values of every kind, in each of its modes: what the property test writes and reads. */
import fc from 'fast-check'
import type { KindName } from '../../src/base/kinds.ts'
import { t } from '../../src/schema/columns.ts'
import type { AnyColumn } from '../../types/literal.ts'
import * as any from './any-text.ts'

/** A column with the values it is given. */
export interface AnyValue {
  readonly column: AnyColumn
  readonly values: fc.Arbitrary<unknown>
}

function of(column: object, values: fc.Arbitrary<unknown>): AnyValue {
  // The functions of `t` promise phantoms beside the plain data that is here.
  return { column: column as AnyColumn, values }
}

const whole = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(min, max, 0), fc.integer({ min, max }))
const big = (min: bigint, max: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(fc.constantFrom(min, max, 0n), fc.bigInt({ min, max }))
const [int4Low, int4High, int8Low, int8High] = [-(2 ** 31), 2 ** 31 - 1, -(2n ** 63n), 2n ** 63n - 1n]
const int8 = big(int8Low, int8High)
const safe = fc.oneof(fc.constantFrom(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), fc.maxSafeInteger())
const float = fc.oneof(
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, Number.MAX_VALUE),
  fc.double(),
)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
/** Numbers of 24 bits. Postgres prints each as the shortest decimal that means it, which is what is read. */
const single = fc.oneof(
  fc.constantFrom(-0, Math.fround(0.1), Math.fround(3.4028235e38), Math.fround(1e-45)),
  fc.float(),
)
// A numeric has no -0.
const number = fc.double().map(value => value + 0)
const moment = fc.oneof(
  fc.date({ min: new Date('-004713-11-24T00:00:00Z'), max: new Date(8.64e15), noInvalidDate: true }),
  fc.constantFrom(
    new Date(0),
    new Date(-1),
    new Date(8.64e15),
    new Date('0000-02-29T00:00:00Z'),
    new Date('0099-12-31T23:59:59.999Z'),
  ),
)
const json = fc
  .jsonValue({ stringUnit: 'grapheme' })
  // As JSON says it: JSON.stringify drops the sign of -0.
  .map((value): unknown => JSON.parse(JSON.stringify(value)))
  // A null of its own is SQL's.
  .filter(value => value !== null && !JSON.stringify(value).includes('\\u0000'))
const point = fc.record({ x: float, y: float }, { noNullPrototype: true })
const place = fc.record({ x: finite, y: finite }, { noNullPrototype: true })

const orNull = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(values, { freq: 4 })
const empty = { lower: null, upper: null, bounds: '[)', empty: true }
const between = (lower: unknown, upper: unknown, bounds: string): object => ({
  lower,
  upper,
  // Postgres prints an infinite end as one that is not included.
  bounds: `${lower === null ? '(' : bounds[0]}${upper === null ? ')' : bounds[1]}`,
  empty: false,
})

/** Ranges as Postgres gives them back. @param isWhole whether its values have neighbours, so that Postgres writes all ranges as `[)` */
function range<Bound>(
  bound: fc.Arbitrary<Bound>,
  order: (bound: Bound) => number | bigint,
  isWhole = false,
): fc.Arbitrary<object> {
  const bounds = isWhole ? fc.constant('[)') : fc.constantFrom('[)', '[]', '()', '(]')
  return fc.oneof(
    { arbitrary: fc.constant<object>(empty), weight: 1 },
    {
      arbitrary: fc.tuple(orNull(bound), orNull(bound), bounds).map(([a, b, given]) => {
        if (a === null || b === null) return between(a, b, given)
        const [from, to] = [order(a), order(b)]
        if (from === to) return isWhole ? empty : between(a, a, '[]')
        return from < to ? between(a, b, given) : between(b, a, given)
      }),
      weight: 6,
    },
  )
}

/** Ranges side by side that do not touch. */
function multirange<Bound>(
  bound: fc.Arbitrary<Bound>,
  order: (bound: Bound) => number | bigint,
  isWhole = false,
): fc.Arbitrary<object> {
  const all = fc.uniqueArray(bound, { maxLength: 6, selector: order })
  return fc.tuple(all, fc.boolean(), fc.boolean()).map(([given, fromStart, toEnd]) => {
    const sorted: (Bound | null)[] = given.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    if (fromStart) sorted.unshift(null)
    if (sorted.length % 2 === 1) {
      if (toEnd) sorted.push(null)
      else sorted.pop()
    }
    const ranges: object[] = []
    for (let at = 0; at + 1 < sorted.length; at += 2)
      ranges.push(between(sorted[at], sorted[at + 1], isWhole ? '[)' : '()'))
    return { ranges }
  })
}

const decimal = fc
  .integer({ min: -(10 ** 9), max: 10 ** 9 })
  .map(value => (value / 100).toFixed(2).replace(/^-(0.00)$/, '$1'))
const halves = fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map(value => value / 2)
const span = (from: string) => Date.parse(from)
const days = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map(value => value.toISOString().slice(0, 10))
const micros = fc
  .tuple(
    fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([value, rest]) =>
    `${value.toISOString().slice(0, 23).replace('T', ' ')}${String(rest).padStart(3, '0')}`.replace(/\.?0+$/, ''),
  )
const unbounded = <Bound>(values: fc.Arbitrary<Bound>): fc.Arbitrary<Bound | 'infinity' | '-infinity'> =>
  fc.oneof(
    { arbitrary: values, weight: 5 },
    { arbitrary: fc.constantFrom('infinity' as const, '-infinity' as const), weight: 1 },
  )
/** Microseconds since 1970, roughly: only their order matters. */
const rank = (text: string): number => {
  if (text.endsWith('infinity')) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const [, whole = text, rest = ''] = /^(.*?)(\.\d+)?$/.exec(text) ?? []
  return span(`${whole.replace(' ', 'T')}Z`) * 1000 + Math.round(Number(rest) * 1e6)
}
const utc = micros.map(value => `${value}+00`)
const rankUtc = (text: string): number => rank(text.replace('+00', ''))
const day = unbounded(days)
const rankDay = (text: string): number => (text.endsWith('infinity') ? rank(text) : span(text))
const self = <Bound>(value: Bound): Bound => value

export const mood = t.enum('mood', ['sad', 'so, "so"', '', 'NULL', 'ä\u{1F600}'])
const moods = fc.constantFrom('sad', 'so, "so"', '', 'NULL', 'ä\u{1F600}')
const words = t.domain('words', { of: t.array(t.text()) })
const inner = t.composite('inner_pair', { left: t.text({ nullable: true }), right: t.array(t.integer()) })
const innerValues = fc.record(
  { left: orNull(any.text), right: fc.array(orNull(whole(int4Low, int4High)), { maxLength: 3 }) },
  { noNullPrototype: true },
)
const tree = t.composite('tree', {
  inner,
  at: t.timestamptz({ nullable: true }),
  data: t.jsonb({ nullable: true }),
  bytes: t.bytea({ nullable: true }),
  during: t.tsrange({ nullable: true }),
})
const treeValues = fc.record(
  {
    inner: innerValues,
    at: orNull(moment),
    data: orNull(json),
    bytes: orNull(fc.uint8Array({ maxLength: 9 })),
    during: orNull(range(unbounded(micros), rank)),
  },
  { noNullPrototype: true },
)

/** Every kind, and the modes it has. Arrays of each are made of these in `any-array.ts`. */
// biome-ignore format: columns line up
export const scalars: { readonly [name: string]: AnyValue } = {
  smallint:           of(t.smallint(),                                whole(-32_768, 32_767)),
  smallserial:        of(t.smallserial(),                             whole(-32_768, 32_767)),
  integer:            of(t.integer(),                                 whole(int4Low, int4High)),
  serial:             of(t.serial(),                                  whole(int4Low, int4High)),
  bigint:             of(t.bigint(),                                  int8),
  bigintNumber:       of(t.bigint({ mode: 'number' }),                safe),
  bigserial:          of(t.bigserial(),                               int8),
  bigserialNumber:    of(t.bigserial({ mode: 'number' }),             safe),
  numeric:            of(t.numeric(),                                 any.numeric),
  numericNumber:      of(t.numeric({ mode: 'number' }),               number),
  price:              of(t.numeric({ precision: 8, scale: 3 }),       any.price),
  real:               of(t.real(),                                    single),
  double:             of(t.doublePrecision(),                         float),
  money:              of(t.money(),                                   any.money),
  text:               of(t.text(),                                    any.text),
  varchar:            of(t.varchar(),                                 any.text),
  varcharSized:       of(t.varchar({ length: 5 }),                    any.exactly(5)),
  char:               of(t.char({ length: 5 }),                       any.exactly(5)),
  name:               of(t.name(),                                    any.text),
  bytea:              of(t.bytea(),                                   fc.uint8Array({ maxLength: 40 })),
  boolean:            of(t.boolean(),                                 fc.boolean()),
  uuid:               of(t.uuid(),                                    fc.uuid()),
  date:               of(t.date(),                                    any.date),
  time:               of(t.time(),                                    any.time),
  timetz:             of(t.timetz(),                                  any.timetz),
  timestamp:          of(t.timestamp(),                               any.timestamp),
  timestampDate:      of(t.timestamp({ mode: 'date' }),               moment),
  timestamptz:        of(t.timestamptz(),                             moment),
  timestamptzString:  of(t.timestamptz({ mode: 'string' }),           any.timestamptz),
  interval:           of(t.interval(),                                any.interval),
  json:               of(t.json(),                                    json),
  jsonb:              of(t.jsonb(),                                   json),
  jsonpath:           of(t.jsonpath(),                                fc.constantFrom('$."a"', '$', '$."b"[*]?(@ > 1)')),
  xml:                of(t.xml(),                                     fc.constantFrom('<a/>', '<a b="1">ä</a>', 'text')),
  bit:                of(t.bit({ length: 5 }),                        any.bits(5, 5)),
  varbit:             of(t.varbit(),                                  any.bits(0, 70)),
  inet:               of(t.inet(),                                    any.inet),
  cidr:               of(t.cidr(),                                    any.cidr),
  macaddr:            of(t.macaddr(),                                 any.macaddr),
  macaddr8:           of(t.macaddr8(),                                any.macaddr8),
  tsvector:           of(t.tsvector(),                                any.tsvector),
  tsquery:            of(t.tsquery(),                                 any.tsquery),
  point:              of(t.point(),                                   point),
  line:               of(t.line(),                                    fc.record({ a: halves, b: fc.constant(1), c: halves }, { noNullPrototype: true })),
  lseg:               of(t.lseg(),                                    fc.record({ from: point, to: point }, { noNullPrototype: true })),
  box:                of(t.box(),                                     fc.tuple(place, place).map(([a, b]) => ({ high: { x: Math.max(a.x, b.x), y: Math.max(a.y, b.y) }, low: { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y) } }))),
  path:               of(t.path(),                                    fc.record({ closed: fc.boolean(), points: fc.array(point, { minLength: 1, maxLength: 4 }) }, { noNullPrototype: true })),
  polygon:            of(t.polygon(),                                 fc.array(place, { minLength: 1, maxLength: 4 })),
  circle:             of(t.circle(),                                  fc.record({ center: point, radius: fc.double({ min: 0, noNaN: true }).map(Math.abs) }, { noNullPrototype: true })),
  int4range:          of(t.int4range(),                               range(whole(int4Low, int4High), self, true)),
  int8range:          of(t.int8range(),                               range(int8, self, true)),
  int8rangeNumber:    of(t.int8range({ mode: 'number' }),             range(safe, self, true)),
  numrange:           of(t.numrange(),                                range(decimal, Number)),
  numrangeNumber:     of(t.numrange({ mode: 'number' }),              range(halves, self)),
  tsrange:            of(t.tsrange(),                                 range(unbounded(micros), rank)),
  tsrangeDate:        of(t.tsrange({ mode: 'date' }),                 range(moment, Number)),
  tstzrange:          of(t.tstzrange(),                               range(moment, Number)),
  tstzrangeString:    of(t.tstzrange({ mode: 'string' }),             range(unbounded(utc), rankUtc)),
  daterange:          of(t.daterange(),                               range(day, rankDay, true)),
  int4multirange:     of(t.int4multirange(),                          multirange(whole(int4Low, int4High), self, true)),
  int8multirange:     of(t.int8multirange(),                          multirange(int8, self, true)),
  int8multiNumber:    of(t.int8multirange({ mode: 'number' }),        multirange(safe, self, true)),
  nummultirange:      of(t.nummultirange(),                           multirange(decimal, Number)),
  nummultiNumber:     of(t.nummultirange({ mode: 'number' }),         multirange(halves, self)),
  tsmultirange:       of(t.tsmultirange(),                            multirange(unbounded(micros), rank)),
  tsmultiDate:        of(t.tsmultirange({ mode: 'date' }),            multirange(moment, Number)),
  tstzmultirange:     of(t.tstzmultirange(),                          multirange(moment, Number)),
  tstzmultiString:    of(t.tstzmultirange({ mode: 'string' }),        multirange(unbounded(utc), rankUtc)),
  datemultirange:     of(t.datemultirange(),                          multirange(day, rankDay, true)),
  oid:                of(t.oid(),                                     whole(0, 2 ** 32 - 1)),
  xid:                of(t.xid(),                                     whole(0, 2 ** 32 - 1)),
  xid8:               of(t.xid8(),                                    big(0n, 2n ** 64n - 1n)),
  pgLsn:              of(t.pgLsn(),                                   any.lsn),
  pgSnapshot:         of(t.pgSnapshot(),                              any.snapshot),
  regclass:           of(t.regclass(),                                fc.constantFrom('pg_class', 'pg_type', 'information_schema.tables')),
  regtype:            of(t.regtype(),                                 fc.constantFrom('integer', 'text[]', 'timestamp with time zone')),
  enum:               of(mood,                                        moods),
  domain:             of(t.domain('small', { of: t.integer() }),      whole(int4Low, int4High)),
  domainOfArray:      of(words,                                       fc.array(orNull(any.text), { maxLength: 4 })),
  domainOfJson:       of(t.domain('document', { of: t.jsonb() }),     json),
  composite:          of(inner,                                       innerValues),
  compositeOfMany:    of(tree,                                        treeValues),
  custom:             of(t.custom('int4'),                            whole(int4Low, int4High).map(String)),
  customBox:          of(t.custom('box'),                             fc.tuple(fc.integer(), fc.integer()).map(([a, b]) => `(${Math.max(a, b)},1),(${Math.min(a, b)},0)`)),
  customDecoded:      of(t.custom('jsonb', { encode: (value: unknown) => JSON.stringify(value), decode: text => JSON.parse(text) }), json),
}

/** Kinds that no column of their own has. */
export const covered: ReadonlySet<KindName> = new Set<KindName>([
  ...Object.values(scalars).map(({ column }) => column.type),
  'array',
])
