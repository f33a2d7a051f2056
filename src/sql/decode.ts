/** JavaScript values from Postgres's text form, by type: the way back from `src/schema/encode.ts`. NULL is the caller's. */
import { type KindName, kinds, type Range } from '../base/kinds.ts'
import type { TypeModel } from '../schema/model.ts'
import { boundType, plainType, rangeKinds, type RangeKind } from '../schema/plain-type.ts'
import { arrayDelimiter, arrayShape, partOf } from '../schema/type-part.ts'
import { typeLabel } from '../schema/wrong-value.ts'
import { arrayReader } from './read-array.ts'
import { readDate } from './read-date.ts'
import { geometryReaders } from './read-geometry.ts'
import { exactNumber, readBytes, safeNumber } from './read-number.ts'
import { compositeReader, multirangeReader, rangeReader } from './read-record.ts'

type ReadText = (text: string) => unknown
type Reader = (type: TypeModel) => ReadText

const decoders = new WeakMap<TypeModel, ReadText>()

/**
 * Gives values of a type from their text. Made once per type.
 * @throws ValueError (the function it gives) where the JavaScript type cannot hold the value exactly
 */
export function decoder(type: TypeModel): ReadText {
  const known = decoders.get(type)
  if (known !== undefined) return known
  const made = readers[type.kind](type)
  decoders.set(type, made)
  return made
}

/** Gives values from a result whose columns no schema describes: built-in types and their arrays; others stay text. */
export function decoderByOid(oid: number): ReadText {
  return byOid.get(oid) ?? same
}

const same: ReadText = text => text
const text: Reader = () => same
const number: Reader = () => Number
const bigint: Reader = () => BigInt
const json: Reader = () => JSON.parse

const int8: Reader = type => {
  const label = typeLabel(type)
  return type.mode === 'number' ? value => safeNumber(label, value) : BigInt
}

const numeric: Reader = type => {
  const label = typeLabel(type)
  return type.mode === 'number' ? value => exactNumber(label, value) : same
}

const date: Reader = type => {
  const label = typeLabel(type)
  return value => readDate(label, value)
}

const range =
  (kind: RangeKind) =>
  (type: TypeModel): ((text: string) => Range<unknown>) =>
    rangeReader(kind, bound(kind, boundType(kind, type)))
const multirange =
  (kind: keyof typeof rangeKinds): Reader =>
  ({ mode }) =>
    multirangeReader(kind, range(rangeKinds[kind])(plainType(rangeKinds[kind], mode)))

/** What a bound is not is said of the range, which is what its column is. */
function bound(kind: RangeKind, type: TypeModel): ReadText {
  const isDate = type.mode === 'date' || (type.kind === 'timestamptz' && type.mode === null)
  return isDate ? value => readDate(kind, value) : decoder(type)
}

const array: Reader = type => {
  const { element } = arrayShape(type)
  return arrayReader(arrayDelimiter(element), decoder(element))
}

// biome-ignore format: columns line up
const readers: Record<KindName, Reader> = {
  smallint: number,
  smallserial: number,
  integer: number,
  serial: number,
  oid: number,
  xid: number,
  bigint: int8,
  bigserial: int8,
  xid8: bigint,
  real: number,
  'double precision': number,
  numeric,
  money: text,
  text,
  varchar: text,
  char: text,
  name: text,
  xml: text,
  bytea: () => value => readBytes('bytea', value),
  boolean: () => value => value === 't' || value === 'true',
  uuid: text,
  date: text,
  time: text,
  timetz: text,
  interval: text,
  timestamp: type => (type.mode === 'date' ? date(type) : same),
  timestamptz: type => (type.mode === 'string' ? same : date(type)),
  json,
  jsonb: json,
  jsonpath: text,
  bit: text,
  varbit: text,
  inet: text,
  cidr: text,
  macaddr: text,
  macaddr8: text,
  tsvector: text,
  tsquery: text,
  point: () => geometryReaders.point,
  line: () => geometryReaders.line,
  lseg: () => geometryReaders.lseg,
  box: () => geometryReaders.box,
  path: () => geometryReaders.path,
  polygon: () => geometryReaders.polygon,
  circle: () => geometryReaders.circle,
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
  pg_lsn: text,
  pg_snapshot: text,
  regclass: text,
  regtype: text,
  array,
  enum: text,
  domain: type => decoder(partOf(type, 'domain').base),
  composite: type =>
    compositeReader(
      typeLabel(type),
      partOf(type, 'composite').fields.map(field => ({ key: field.key, read: decoder(field.type) })),
    ),
  custom: type => partOf(type, 'custom').decode ?? same,
}

const byOid = new Map<number, ReadText>()
for (const [name, { oid, array: arrayOid }] of Object.entries(kinds)) {
  // The serial types share their oids with the integers they are, and read alike.
  if (oid === 0) continue
  const element = plainType(name as KindName)
  byOid.set(oid, decoder(element))
  byOid.set(arrayOid, decoder({ ...plainType('array'), element }))
}
