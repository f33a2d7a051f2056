/**
 * Every type of column that cupel knows, one row each: what Postgres calls it, its oid and its array's oid, and what it
 * is in JavaScript. Types, DDL, encoders and decoders read this table and nothing else.
 *
 * `oid`, `array`: `select oid, typarray from pg_type where typname = …` (PostgreSQL 18; built-in oids never change).
 */

/** A phantom: carries a type, holds nothing. */
const js = <Value>(): { readonly value?: Value } => ({})
/** A phantom for types that are written more freely than they are read. */
const jsInput = <Value, Input>(): { readonly value?: Value; readonly input?: Input } => ({})

export interface Point {
  readonly x: number
  readonly y: number
}
/** The line `ax + by + c = 0`. */
export interface Line {
  readonly a: number
  readonly b: number
  readonly c: number
}
export interface Segment {
  readonly from: Point
  readonly to: Point
}
/** A box by two opposite corners; Postgres stores the upper right one as `high`. */
export interface Box {
  readonly high: Point
  readonly low: Point
}
export interface Path {
  readonly closed: boolean
  readonly points: readonly Point[]
}
export interface Circle {
  readonly center: Point
  readonly radius: number
}

export type RangeBounds = '[)' | '[]' | '(]' | '()'
/** A range as it is read. `null` is an infinite bound; an empty range has two of them and `empty: true`. */
export interface Range<Value> {
  readonly lower: Value | null
  readonly upper: Value | null
  readonly bounds: RangeBounds
  readonly empty: boolean
}
/** A range as it may be written: a bound that is not given is infinite, and `bounds` is `[)`. */
export interface RangeInput<Value> {
  readonly lower?: Value | null
  readonly upper?: Value | null
  readonly bounds?: RangeBounds
  readonly empty?: boolean
}
export interface Multirange<Value> {
  readonly ranges: readonly Range<Value>[]
}
export interface MultirangeInput<Value> {
  readonly ranges: readonly RangeInput<Value>[]
}

const range = <Value>() => jsInput<Range<Value>, RangeInput<Value>>()
const multirange = <Value>() => jsInput<Multirange<Value>, MultirangeInput<Value>>()

// biome-ignore format: columns line up
export const kinds = {
  smallint:           { sql: 'smallint',                    oid: 21,   array: 1005, js: js<number>() },
  integer:            { sql: 'integer',                     oid: 23,   array: 1007, js: js<number>() },
  bigint:             { sql: 'bigint',                      oid: 20,   array: 1016, js: js<bigint>() },
  smallserial:        { sql: 'smallserial',                 oid: 21,   array: 1005, js: js<number>() },
  serial:             { sql: 'serial',                      oid: 23,   array: 1007, js: js<number>() },
  bigserial:          { sql: 'bigserial',                   oid: 20,   array: 1016, js: js<bigint>() },
  numeric:            { sql: 'numeric',                     oid: 1700, array: 1231, js: js<string>() },
  real:               { sql: 'real',                        oid: 700,  array: 1021, js: js<number>() },
  'double precision': { sql: 'double precision',            oid: 701,  array: 1022, js: js<number>() },
  money:              { sql: 'money',                       oid: 790,  array: 791,  js: js<string>() },
  text:               { sql: 'text',                        oid: 25,   array: 1009, js: js<string>() },
  varchar:            { sql: 'character varying',           oid: 1043, array: 1015, js: js<string>() },
  char:               { sql: 'character',                   oid: 1042, array: 1014, js: js<string>() },
  name:               { sql: 'name',                        oid: 19,   array: 1003, js: js<string>() },
  bytea:              { sql: 'bytea',                       oid: 17,   array: 1001, js: js<Uint8Array>() },
  boolean:            { sql: 'boolean',                     oid: 16,   array: 1000, js: js<boolean>() },
  uuid:               { sql: 'uuid',                        oid: 2950, array: 2951, js: js<string>() },
  date:               { sql: 'date',                        oid: 1082, array: 1182, js: js<string>() },
  time:               { sql: 'time without time zone',      oid: 1083, array: 1183, js: js<string>() },
  timetz:             { sql: 'time with time zone',         oid: 1266, array: 1270, js: js<string>() },
  timestamp:          { sql: 'timestamp without time zone', oid: 1114, array: 1115, js: js<string>() },
  timestamptz:        { sql: 'timestamp with time zone',    oid: 1184, array: 1185, js: js<Date>() },
  interval:           { sql: 'interval',                    oid: 1186, array: 1187, js: js<string>() },
  json:               { sql: 'json',                        oid: 114,  array: 199,  js: js<unknown>() },
  jsonb:              { sql: 'jsonb',                       oid: 3802, array: 3807, js: js<unknown>() },
  jsonpath:           { sql: 'jsonpath',                    oid: 4072, array: 4073, js: js<string>() },
  xml:                { sql: 'xml',                         oid: 142,  array: 143,  js: js<string>() },
  bit:                { sql: 'bit',                         oid: 1560, array: 1561, js: js<string>() },
  varbit:             { sql: 'bit varying',                 oid: 1562, array: 1563, js: js<string>() },
  inet:               { sql: 'inet',                        oid: 869,  array: 1041, js: js<string>() },
  cidr:               { sql: 'cidr',                        oid: 650,  array: 651,  js: js<string>() },
  macaddr:            { sql: 'macaddr',                     oid: 829,  array: 1040, js: js<string>() },
  macaddr8:           { sql: 'macaddr8',                    oid: 774,  array: 775,  js: js<string>() },
  tsvector:           { sql: 'tsvector',                    oid: 3614, array: 3643, js: js<string>() },
  tsquery:            { sql: 'tsquery',                     oid: 3615, array: 3645, js: js<string>() },
  point:              { sql: 'point',                       oid: 600,  array: 1017, js: js<Point>() },
  line:               { sql: 'line',                        oid: 628,  array: 629,  js: js<Line>() },
  lseg:               { sql: 'lseg',                        oid: 601,  array: 1018, js: js<Segment>() },
  box:                { sql: 'box',                         oid: 603,  array: 1020, js: js<Box>() },
  path:               { sql: 'path',                        oid: 602,  array: 1019, js: js<Path>() },
  polygon:            { sql: 'polygon',                     oid: 604,  array: 1027, js: js<readonly Point[]>() },
  circle:             { sql: 'circle',                      oid: 718,  array: 719,  js: js<Circle>() },
  int4range:          { sql: 'int4range',                   oid: 3904, array: 3905, js: range<number>() },
  int8range:          { sql: 'int8range',                   oid: 3926, array: 3927, js: range<bigint>() },
  numrange:           { sql: 'numrange',                    oid: 3906, array: 3907, js: range<string>() },
  tsrange:            { sql: 'tsrange',                     oid: 3908, array: 3909, js: range<string>() },
  tstzrange:          { sql: 'tstzrange',                   oid: 3910, array: 3911, js: range<Date>() },
  daterange:          { sql: 'daterange',                   oid: 3912, array: 3913, js: range<string>() },
  int4multirange:     { sql: 'int4multirange',              oid: 4451, array: 6150, js: multirange<number>() },
  int8multirange:     { sql: 'int8multirange',              oid: 4536, array: 6157, js: multirange<bigint>() },
  nummultirange:      { sql: 'nummultirange',               oid: 4532, array: 6151, js: multirange<string>() },
  tsmultirange:       { sql: 'tsmultirange',                oid: 4533, array: 6152, js: multirange<string>() },
  tstzmultirange:     { sql: 'tstzmultirange',              oid: 4534, array: 6153, js: multirange<Date>() },
  datemultirange:     { sql: 'datemultirange',              oid: 4535, array: 6155, js: multirange<string>() },
  oid:                { sql: 'oid',                         oid: 26,   array: 1028, js: js<number>() },
  xid:                { sql: 'xid',                         oid: 28,   array: 1011, js: js<number>() },
  xid8:               { sql: 'xid8',                        oid: 5069, array: 271,  js: js<bigint>() },
  pg_lsn:             { sql: 'pg_lsn',                      oid: 3220, array: 3221, js: js<string>() },
  pg_snapshot:        { sql: 'pg_snapshot',                 oid: 5038, array: 5039, js: js<string>() },
  regclass:           { sql: 'regclass',                    oid: 2205, array: 2210, js: js<string>() },
  regtype:            { sql: 'regtype',                     oid: 2206, array: 2211, js: js<string>() },
  // Made by the user: the name and the oid are known only to the database.
  array:              { sql: null,                          oid: 0,    array: 0,    js: js<readonly unknown[]>() },
  enum:               { sql: null,                          oid: 0,    array: 0,    js: js<string>() },
  domain:             { sql: null,                          oid: 0,    array: 0,    js: js<unknown>() },
  composite:          { sql: null,                          oid: 0,    array: 0,    js: js<object>() },
  custom:             { sql: null,                          oid: 0,    array: 0,    js: js<unknown>() },
} as const

export type Kinds = typeof kinds
export type KindName = keyof Kinds

/** The types a value changes to under `mode`. What is not here has one JavaScript form only. */
export interface Modes {
  bigint: { bigint: bigint; number: number }
  bigserial: { bigint: bigint; number: number }
  numeric: { string: string; number: number }
  timestamp: { string: string; date: Date }
  timestamptz: { date: Date; string: string }
  int8range: { bigint: Range<bigint>; number: Range<number> }
  numrange: { string: Range<string>; number: Range<number> }
  tsrange: { string: Range<string>; date: Range<Date> }
  tstzrange: { date: Range<Date>; string: Range<string> }
  int8multirange: { bigint: Multirange<bigint>; number: Multirange<number> }
  nummultirange: { string: Multirange<string>; number: Multirange<number> }
  tsmultirange: { string: Multirange<string>; date: Multirange<Date> }
  tstzmultirange: { date: Multirange<Date>; string: Multirange<string> }
}
