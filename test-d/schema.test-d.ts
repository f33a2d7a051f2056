import type { Box, Circle, Line, Multirange, Path, Point, Range, Segment } from '../src/base/kinds.ts'
import { t } from '../src/schema/columns.ts'
import type { insertOf, selectOf } from '../types/schema.ts'
import { same } from './equal.ts'

const reads = <Given>(_column: Given): selectOf<Given> => undefined as never
const writes = <Given>(_column: Given): insertOf<Given> => undefined as never

const numbers = [
  t.smallint(),
  t.integer(),
  t.smallserial(),
  t.serial(),
  t.real(),
  t.doublePrecision(),
  t.oid(),
  t.xid(),
  t.id(),
] as const
same<selectOf<(typeof numbers)[number]>, number>(true)
const strings = [
  t.numeric(),
  t.money(),
  t.text(),
  t.varchar({ length: 9 }),
  t.char(),
  t.name(),
  t.uuid(),
  t.date(),
  t.time(),
  t.timetz(),
  t.timestamp(),
  t.interval(),
  t.jsonpath(),
  t.xml(),
  t.bit(),
  t.varbit(),
  t.inet(),
  t.cidr(),
  t.macaddr(),
  t.macaddr8(),
  t.tsvector(),
  t.tsquery(),
  t.pgLsn(),
  t.pgSnapshot(),
  t.regclass(),
  t.regtype(),
] as const
same<selectOf<(typeof strings)[number]>, string>(true)
const bigints = [t.bigint(), t.bigserial(), t.xid8()] as const
same<selectOf<(typeof bigints)[number]>, bigint>(true)

const boolean = reads(t.boolean())
same<typeof boolean, boolean>(true)
const bytea = reads(t.bytea())
same<typeof bytea, Uint8Array>(true)
const timestamptz = reads(t.timestamptz())
same<typeof timestamptz, Date>(true)
const json = reads(t.json())
same<typeof json, unknown>(true)
const jsonb = reads(t.jsonb())
same<typeof jsonb, unknown>(true)
const point = reads(t.point())
same<typeof point, Point>(true)
const line = reads(t.line())
same<typeof line, Line>(true)
const lseg = reads(t.lseg())
same<typeof lseg, Segment>(true)
const box = reads(t.box())
same<typeof box, Box>(true)
const path = reads(t.path())
same<typeof path, Path>(true)
const polygon = reads(t.polygon())
same<typeof polygon, readonly Point[]>(true)
const circle = reads(t.circle())
same<typeof circle, Circle>(true)
const int4range = reads(t.int4range())
same<typeof int4range, Range<number>>(true)
const int4multirange = reads(t.int4multirange())
same<typeof int4multirange, Multirange<number>>(true)
const int8range = reads(t.int8range())
same<typeof int8range, Range<bigint>>(true)
const int8multirange = reads(t.int8multirange())
same<typeof int8multirange, Multirange<bigint>>(true)
const numrange = reads(t.numrange())
same<typeof numrange, Range<string>>(true)
const nummultirange = reads(t.nummultirange())
same<typeof nummultirange, Multirange<string>>(true)
const tsrange = reads(t.tsrange())
same<typeof tsrange, Range<string>>(true)
const tsmultirange = reads(t.tsmultirange())
same<typeof tsmultirange, Multirange<string>>(true)
const tstzrange = reads(t.tstzrange())
same<typeof tstzrange, Range<Date>>(true)
const tstzmultirange = reads(t.tstzmultirange())
same<typeof tstzmultirange, Multirange<Date>>(true)
const daterange = reads(t.daterange())
same<typeof daterange, Range<string>>(true)
const datemultirange = reads(t.datemultirange())
same<typeof datemultirange, Multirange<string>>(true)
const nullableText = reads(t.text({ nullable: true }))
same<typeof nullableText, string | null>(true)
const uniqueText = reads(t.text({ unique: true, default: 'a' }))
same<typeof uniqueText, string>(true)
const notNullable = reads(t.text({ nullable: false }))
same<typeof notNullable, string>(true)
const aloneNotNull = reads(t.text({ notNull: { name: 'title_is_there', noInherit: true } }))
same<typeof aloneNotNull, string>(true)
const bigintNumber = reads(t.bigint({ mode: 'number' }))
same<typeof bigintNumber, number>(true)
const bigserialNumber = reads(t.bigserial({ mode: 'number' }))
same<typeof bigserialNumber, number>(true)
const numericNumber = reads(t.numeric({ mode: 'number', nullable: true }))
same<typeof numericNumber, number | null>(true)
const timestampDate = reads(t.timestamp({ mode: 'date' }))
same<typeof timestampDate, Date>(true)
const timestamptzString = reads(t.timestamptz({ mode: 'string' }))
same<typeof timestamptzString, string>(true)
const reference = reads(t.ref('users.id'))
same<typeof reference, number>(true)
const nullableReference = reads(t.ref('users.id', { nullable: true }))
same<typeof nullableReference, number | null>(true)
const profile = reads(t.jsonb<{ bio: string }>({ nullable: true }))
same<typeof profile, { bio: string } | null>(true)
const role = reads(t.enum('role', ['member', 'admin']))
same<typeof role, 'member' | 'admin'>(true)
const roleOrNull = reads(t.enum('role', ['member', 'admin'], { nullable: true }))
same<typeof roleOrNull, 'member' | 'admin' | null>(true)
const words = reads(t.array(t.text()))
same<typeof words, string[]>(true)
const wordsIn = writes(t.array(t.text()))
same<typeof wordsIn, readonly string[]>(true)
const grid = reads(t.array(t.array(t.integer({ nullable: true }))))
same<typeof grid, (number | null)[][]>(true)
const roles = reads(t.array(t.enum('role', ['member']), { nullable: true }))
same<typeof roles, 'member'[] | null>(true)
const email = reads(t.domain('email', { of: t.text() }))
same<typeof email, string>(true)
const amount = reads(t.domain('amount', { of: t.bigint() }, { nullable: true }))
same<typeof amount, bigint | null>(true)
const address = reads(t.composite('address', { street: t.text(), zip: t.text({ nullable: true }) }))
same<typeof address, { readonly street: string; readonly zip: string | null }>(true)
const custom = reads(t.custom('ltree'))
same<typeof custom, string>(true)
const vector = reads(t.custom<number[]>('vector(3)', { decode: text => JSON.parse(text) }))
same<typeof vector, number[]>(true)
const vectorOrNull = reads(t.custom<number[]>('vector(3)', {}, { nullable: true }))
same<typeof vectorOrNull, number[] | null>(true)
const plainBigint = reads({ type: 'bigint', mode: 'number', nullable: true } as const)
same<typeof plainBigint, number | null>(true)
const plainEnum = reads({ type: 'enum', enum: { name: 'role', values: ['member', 'admin'] } } as const)
same<typeof plainEnum, 'member' | 'admin'>(true)
const plainArray = reads({ type: 'array', of: { type: 'text' } } as const)
same<typeof plainArray, string[]>(true)
const plainDomain = reads({ type: 'domain', domain: { name: 'email', of: { type: 'text' } } } as const)
same<typeof plainDomain, string>(true)
const plainComposite = reads({
  type: 'composite',
  composite: { name: 'pair', fields: { a: { type: 'integer' }, b: { type: 'date' } } },
} as const)
same<typeof plainComposite, { readonly a: number; readonly b: string }>(true)
const plainCustom = reads({ type: 'custom', custom: { sql: 'ltree', decode: (text: string) => text.length } } as const)
same<typeof plainCustom, number>(true)
