/** Column values read where they lie in a message of the protocol, without a string in between where that is cheaper. */
import { ValueError } from '../base/errors.ts'
import { type KindName, kinds } from '../base/kinds.ts'
import type { TypeModel } from '../schema/model.ts'
import { plainType } from '../schema/plain-type.ts'
import { arrayShape, partOf } from '../schema/type-part.ts'
import { typeLabel } from '../schema/wrong-value.ts'
import { binaryArray } from './array-column.ts'
import { decoder } from './decode.ts'
import { safeNumber } from './read-number.ts'

/** Reads the value of `size` bytes at a place of a message. */
export type ReadBytes = (message: Buffer, at: number, size: number) => unknown

const minus = 45
const zero = 48
/** Digits that a number always holds exactly. */
const safeDigits = 15
const two32 = 4_294_967_296
/** Milliseconds from 1970 to 2000, where Postgres counts from. */
const year2000 = 946_684_800_000

const readText: ReadBytes = (message, at, size) => message.toString('utf8', at, at + size)

/** Whole numbers in decimal digits, as Postgres prints them. */
const readWhole = (message: Buffer, at: number, size: number): number => {
  const end = at + size
  const isNegative = message[at] === minus
  let value = 0
  // The message holds `size` bytes there.
  for (let next = isNegative ? at + 1 : at; next < end; next++) value = value * 10 + (message[next] as number) - zero
  return isNegative ? -value : value
}

const readBigint: ReadBytes = (message, at, size) =>
  size <= safeDigits ? BigInt(readWhole(message, at, size)) : BigInt(message.toString('latin1', at, at + size))

// biome-ignore format: columns line up
const fromText: { readonly [kind in KindName]?: (type: TypeModel) => ReadBytes } = {
  smallint:    () => readWhole,
  smallserial: () => readWhole,
  integer:     () => readWhole,
  serial:      () => readWhole,
  oid:         () => readWhole,
  xid:         () => readWhole,
  bigint:      int8Text,
  bigserial:   int8Text,
  boolean:     () => (message, at) => message[at] === 0x74,
}

function int8Text(type: TypeModel): ReadBytes {
  if (type.mode !== 'number') return readBigint
  const label = typeLabel(type)
  return (message, at, size) =>
    size <= safeDigits ? readWhole(message, at, size) : safeNumber(label, message.toString('latin1', at, at + size))
}

/** Reads a column that comes in text form. */
export function textColumn(type: TypeModel): ReadBytes {
  const own = fromText[type.kind]?.(type)
  if (own !== undefined) return own
  if (type.kind === 'domain') return textColumn(partOf(type, 'domain').base)
  const decode = decoder(type)
  // What leaves its text as it is needs no second call.
  if (decode === decoder(plainType('text'))) return readText
  return (message, at, size) => decode(message.toString('utf8', at, at + size))
}

const int4 = (message: Buffer, at: number): number =>
  // Out of range is undefined, which the bit operations take for 0; the message has told its size.
  ((message[at] as number) << 24) |
  ((message[at + 1] as number) << 16) |
  ((message[at + 2] as number) << 8) |
  (message[at + 3] as number)

const int2: ReadBytes = (message, at) => (((message[at] as number) << 24) >> 16) | (message[at + 1] as number)

const eight = new Uint8Array(8)
const asFloat = new Float64Array(eight.buffer)
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

const float8: ReadBytes = (message, at) => {
  // Out of range cannot be: the message has told its size.
  for (let next = 0; next < 8; next++) eight[isLittleEndian ? 7 - next : next] = message[at + next] as number
  return asFloat[0]
}

/** A 64-bit number, exact up to 2^53 only. */
const near = (message: Buffer, at: number): number => int4(message, at) * two32 + (int4(message, at + 4) >>> 0)

const int8: ReadBytes = (message, at) => {
  const value = near(message, at)
  return Number.isSafeInteger(value) ? BigInt(value) : message.readBigInt64BE(at)
}

function int8Binary(type: TypeModel): ReadBytes {
  if (type.mode !== 'number') return int8
  const label = typeLabel(type)
  return (message, at) => {
    // PERF: what fits in 31 bits is not to become a double, which V8 keeps as an object of its own.
    const low = int4(message, at + 4)
    if (low >= 0 && int4(message, at) === 0) return low
    const value = near(message, at)
    if (Number.isSafeInteger(value)) return value
    throw new ValueError('inexactNumber', label, 'bigint')
  }
}

/** Microseconds since 2000 as a Date: as `readDate` does, what is below a millisecond is cut off. */
function moment(type: TypeModel): ReadBytes {
  const label = typeLabel(type)
  return (message, at) => {
    const microseconds = near(message, at)
    const time = Number.isSafeInteger(microseconds)
      ? Math.floor(microseconds / 1000) + year2000
      : farMoment(message.readBigInt64BE(at))
    const date = new Date(time)
    if (!Number.isNaN(date.getTime())) return date
    const isInfinite = time === Number.POSITIVE_INFINITY || time === Number.NEGATIVE_INFINITY
    throw new ValueError('noDate', label, isInfinite ? 'infinity' : 'a moment past the year 275760')
  }
}

/** Past 2255 and before 1714 microseconds are more than a number holds. */
function farMoment(microseconds: bigint): number {
  if (microseconds === 2n ** 63n - 1n) return Number.POSITIVE_INFINITY
  if (microseconds === -(2n ** 63n)) return Number.NEGATIVE_INFINITY
  return Number((microseconds - (((microseconds % 1000n) + 1000n) % 1000n)) / 1000n) + year2000
}

const bytea: ReadBytes = (message, at, size) => new Uint8Array(message.subarray(at, at + size))

/** What is cheaper in binary, as measured: all else is text, or has no form in binary that says as much as its text. */
// biome-ignore format: columns line up
const fromBinary: { readonly [kind in KindName]?: (type: TypeModel) => ReadBytes | null } = {
  smallint:           () => int2,
  smallserial:        () => int2,
  integer:            () => int4,
  serial:             () => int4,
  bigint:             int8Binary,
  bigserial:          int8Binary,
  'double precision': () => float8,
  timestamp:          type => (type.mode === 'date' ? moment(type) : null),
  timestamptz:        type => (type.mode === 'string' ? null : moment(type)),
  bytea:              () => bytea,
  array,
}

/** Texts are the same in both forms, and in an array cheaper in binary. */
const texts: ReadonlySet<KindName> = new Set<KindName>(['text', 'varchar', 'char', 'name'])

function array(type: TypeModel): ReadBytes | null {
  const { element } = arrayShape(type)
  const read =
    element.kind === 'boolean'
      ? (message: Buffer, at: number) => message[at] === 1
      : texts.has(element.kind)
        ? readText
        : (fromBinary[element.kind]?.(element) ?? null)
  return read === null ? null : binaryArray(read)
}

/** Reads a column that comes in binary; null where it is better asked for as text. `oid` is what the database says it sends. */
export function binaryColumn(type: TypeModel, oid: number): ReadBytes | null {
  if (type.kind === 'domain') return binaryColumn(partOf(type, 'domain').base, oid)
  const expected = type.kind === 'array' ? kinds[arrayShape(type).element.kind].array : kinds[type.kind].oid
  return expected === oid ? (fromBinary[type.kind]?.(type) ?? null) : null
}
