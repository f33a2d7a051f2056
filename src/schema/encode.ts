/**
 * JavaScript values in the forms that Postgres takes, by the type of their column. NULL is the caller's: nothing here takes
 * null or undefined. What needs a database to be judged (dates given as strings, checks) is left to the database.
 */
import type { KindName } from '../base/kinds.ts'
import {
  anyNumber,
  bytes,
  enumWord,
  nameString,
  plainString,
  trueOrFalse,
  uuidString,
  wholeBigint,
  wholeNumber,
} from './check-scalar.ts'
import { jsonValue } from './check-json.ts'
import { knownDate, realNumber, sizedBits, sizedNumber, sizedNumeric, sizedString } from './check-size.ts'
import type { TypeModel } from './model.ts'
import { boundType, plainType, type RangeKind, rangeKinds } from './plain-type.ts'
import { arrayDelimiter, arrayShape, partOf } from './type-part.ts'
import { arrayWriter } from './write-array.ts'
import { clockText, dateText } from './write-date.ts'
import { geometryWriter } from './write-geometry.ts'
import { bytesText, numberText } from './write-number.ts'
import { compositeWriter, multirangeWriter, rangeWriter } from './write-record.ts'

type WriteText = (value: unknown) => string
type WriteJson = (value: unknown) => unknown
type Writer = (type: TypeModel) => WriteText

const textEncoders = new WeakMap<TypeModel, WriteText>()
const jsonEncoders = new WeakMap<TypeModel, WriteJson>()

/**
 * Gives values of a type in Postgres's text form, as a parameter carries it. Made once per type.
 * @throws ValueError (the function it gives) for what the type cannot hold; the message never holds the value
 */
export function textEncoder(type: TypeModel): WriteText {
  const known = textEncoders.get(type)
  if (known !== undefined) return known
  const made = textWriters[type.kind](type)
  textEncoders.set(type, made)
  return made
}

/** One value of a type in Postgres's text form. */
export function encodeText(type: TypeModel, value: unknown): string {
  return textEncoder(type)(value)
}

/** As `textEncoder`, with null staying null. */
export function encoder(type: TypeModel): (value: unknown) => string | null {
  const encode = textEncoder(type)
  return value => (value === null ? null : encode(value))
}

/**
 * Gives values of a type as members of one JSON parameter, which `json_to_recordset` reads as that type: JSON's own numbers,
 * booleans and strings where they lose nothing, `json` and `jsonb` as they are, and the text form of everything else.
 * @throws ValueError (the function it gives) as `textEncoder`'s does
 */
export function jsonEncoder(type: TypeModel): WriteJson {
  const known = jsonEncoders.get(type)
  if (known !== undefined) return known
  const made = jsonWriters[type.kind]?.(type) ?? textEncoder(type)
  jsonEncoders.set(type, made)
  return made
}

const smallint = (type: TypeModel) => wholeNumber(type, -32_768, 32_767)
const integer = (type: TypeModel) => wholeNumber(type, -2_147_483_648, 2_147_483_647)
const unsigned = (type: TypeModel) => wholeNumber(type, 0, 4_294_967_295)
const safe = (type: TypeModel) => wholeNumber(type, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
const int8 = (type: TypeModel) => wholeBigint(type, -(2n ** 63n), 2n ** 63n - 1n)
const uint8 = (type: TypeModel) => wholeBigint(type, 0n, 2n ** 64n - 1n)
const modedInt8 = (type: TypeModel): WriteJson => (type.mode === 'number' ? safe(type) : int8(type))

function printed(check: (type: TypeModel) => WriteJson): Writer {
  return type => {
    const checked = check(type)
    return value => String(checked(value))
  }
}

const float =
  (number: (type: TypeModel) => (value: unknown) => number): Writer =>
  type => {
    const check = number(type)
    return value => numberText(check(value))
  }

const numeric: Writer = type => (type.mode === 'number' ? printed(sizedNumber)(type) : sizedNumeric(type))

const json: Writer = type => {
  const check = jsonValue(type)
  return value => JSON.stringify(check(value))
}

const moment =
  (write: (date: Date) => string): Writer =>
  type => {
    const check = knownDate(type)
    return value => write(check(value))
  }
const timestamp: Writer = type => (type.mode === 'date' ? moment(clockText)(type) : plainString(type))
const timestamptz: Writer = type => (type.mode === 'string' ? plainString(type) : moment(dateText)(type))

const range =
  (kind: RangeKind): Writer =>
  type =>
    rangeWriter(type, textEncoder(boundType(kind, type)))
const multirange =
  (kind: keyof typeof rangeKinds): Writer =>
  type =>
    multirangeWriter(type, textEncoder(plainType(rangeKinds[kind], type.mode)))

const array: Writer = type => {
  const { dimensions, element } = arrayShape(type)
  return arrayWriter(type, dimensions, arrayDelimiter(element), textEncoder(element))
}

const custom: Writer = type => {
  const { encode } = partOf(type, 'custom')
  const check = plainString(type)
  if (encode === undefined) return check
  // What `encode` takes is stated where the column is declared, and checked there.
  return value => check(encode(value as never))
}

const bytea: Writer = type => {
  const check = bytes(type)
  return value => bytesText(check(value))
}

// biome-ignore format: columns line up
const textWriters: Record<KindName, Writer> = {
  smallint: printed(smallint),
  smallserial: printed(smallint),
  integer: printed(integer),
  serial: printed(integer),
  bigint: printed(modedInt8),
  bigserial: printed(modedInt8),
  oid: printed(unsigned),
  xid: printed(unsigned),
  xid8: printed(uint8),
  real: float(realNumber),
  'double precision': float(anyNumber),
  numeric,
  money: plainString,
  text: plainString,
  varchar: sizedString,
  char: sizedString,
  name: nameString,
  xml: plainString,
  bytea,
  boolean: printed(trueOrFalse),
  uuid: uuidString,
  date: plainString,
  time: plainString,
  timetz: plainString,
  interval: plainString,
  timestamp,
  timestamptz,
  json,
  jsonb: json,
  jsonpath: plainString,
  bit: sizedBits,
  varbit: sizedBits,
  inet: plainString,
  cidr: plainString,
  macaddr: plainString,
  macaddr8: plainString,
  tsvector: plainString,
  tsquery: plainString,
  point: geometryWriter('point'),
  line: geometryWriter('line'),
  lseg: geometryWriter('lseg'),
  box: geometryWriter('box'),
  path: geometryWriter('path'),
  polygon: geometryWriter('polygon'),
  circle: geometryWriter('circle'),
  int4range: range('int4range'),
  int8range: range('int8range'),
  numrange: range('numrange'),
  tsrange: range('tsrange'),
  tstzrange: range('tstzrange'),
  daterange: range('daterange'),
  int4multirange: multirange('int4multirange'),
  int8multirange: multirange('int8multirange'),
  nummultirange: multirange('nummultirange'),
  tsmultirange: multirange('tsmultirange'),
  tstzmultirange: multirange('tstzmultirange'),
  datemultirange: multirange('datemultirange'),
  pg_lsn: plainString,
  pg_snapshot: plainString,
  regclass: plainString,
  regtype: plainString,
  array,
  enum: type => enumWord(type, partOf(type, 'enum').values),
  domain: type => textEncoder(partOf(type, 'domain').base),
  composite: type => compositeWriter(type, partOf(type, 'composite'), textEncoder),
  custom,
}

/** Numbers that JSON says whole; NaN, the infinities and -0 are strings. */
const jsonNumber =
  (number: (type: TypeModel) => (value: unknown) => number) =>
  (type: TypeModel): WriteJson => {
    const check = number(type)
    return value => {
      const checked = check(value)
      return Number.isFinite(checked) && !Object.is(checked, -0) ? checked : numberText(checked)
    }
  }

// biome-ignore format: columns line up
const jsonWriters: Partial<Record<KindName, (type: TypeModel) => WriteJson>> = {
  smallint,
  smallserial: smallint,
  integer,
  serial: integer,
  oid: unsigned,
  xid: unsigned,
  bigint: type => (type.mode === 'number' ? safe(type) : printed(int8)(type)),
  bigserial: type => (type.mode === 'number' ? safe(type) : printed(int8)(type)),
  real: jsonNumber(realNumber),
  'double precision': jsonNumber(anyNumber),
  boolean: trueOrFalse,
  json: jsonValue,
  jsonb: jsonValue,
  domain: type => jsonEncoder(partOf(type, 'domain').base),
  custom: textEncoder,
}
