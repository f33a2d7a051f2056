/** Sequences: those that `serial` and `identity` make, and those of their own. */
import type { AnyColumn, Identity, SequenceDefinition, SequenceOptions } from '../../types/literal.ts'
import { derivedName } from '../base/identifier.ts'
import type { Catalogue } from './catalogue.ts'
import type { ColumnRow } from './read-columns.ts'
import type { RelationRow } from './read-relations.ts'
import type { SequenceRow } from './read-sequences.ts'
import type { Names } from './reflect-names.ts'
import { present } from './text-fragment.ts'

const bounds = {
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
} as const

const serials = { smallint: 'smallserial', integer: 'serial', bigint: 'bigserial' } as const

/** What differs from what Postgres takes when nothing is said. */
export function sequenceOptions(row: SequenceRow): SequenceOptions {
  const [lowest, highest] = bounds[row.type]
  const rises = BigInt(row.increment) > 0n
  const minimum = rises ? 1n : lowest
  const maximum = rises ? highest : -1n
  const start = rises ? BigInt(row.minValue) : BigInt(row.maxValue)
  const unless = (value: string, usual: bigint): number | bigint | undefined =>
    BigInt(value) === usual ? undefined : short(BigInt(value))
  return present({
    start: unless(row.start, start),
    increment: unless(row.increment, 1n),
    minValue: unless(row.minValue, minimum),
    maxValue: unless(row.maxValue, maximum),
    cache: unless(row.cache, 1n),
    cycle: row.cycle ? true : undefined,
  })
}

function short(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** The sequences tied to columns, by table and column. */
export function tiedSequences(catalogue: Catalogue): (table: string, column: string) => SequenceRow | undefined {
  const tied = new Map(
    catalogue.sequences.filter(row => row.tie === 'i').map(row => [`${row.table} ${row.column}`, row]),
  )
  const owned = catalogue.sequences.filter(row => row.tie === 'a')
  for (const row of owned) if (!tied.has(`${row.table} ${row.column}`)) tied.set(`${row.table} ${row.column}`, row)
  return (table, column) => tied.get(`${table} ${column}`)
}

/** The type of a column whose sequence is the one that `serial` makes; null where it is another. */
export function serialType(
  table: RelationRow,
  column: ColumnRow,
  row: SequenceRow | undefined,
): AnyColumn['type'] | null {
  if (row === undefined || row.tie !== 'a' || row.type !== column.type || !column.notNull || table.bound !== null)
    return null
  const isPlain =
    Object.keys(sequenceOptions(row)).length === 0 && row.comment === null && row.unlogged === table.unlogged
  const isNamed = row.schema === table.schema && row.name === derivedName(table.name, column.name, 'seq')
  const isDefault = column.default === `nextval('${row.text.replaceAll("'", "''")}'::regclass)`
  return isPlain && isNamed && isDefault && !column.inherited ? serials[row.type] : null
}

export function identity(table: RelationRow, column: ColumnRow, row: SequenceRow | undefined): Identity | undefined {
  // A partition takes its identity from the table it is attached to.
  if (column.identity === '' || table.bound !== null) return undefined
  const when = column.identity === 'a' ? 'always' : 'byDefault'
  if (row === undefined) return when
  const name = row.name === derivedName(table.name, column.name, 'seq') ? undefined : row.name
  const options = present({ name, ...sequenceOptions(row) })
  return Object.keys(options).length === 0 ? when : { when, ...options }
}

/** A sequence of its own. */
export function sequenceDefinition(row: SequenceRow, key: string, names: Names): SequenceDefinition {
  const table = row.tie === 'a' && row.table !== null ? names.keys.get(row.table) : undefined
  return present({
    name: row.name === key ? undefined : row.name,
    schema: row.schema === 'public' ? undefined : row.schema,
    as: row.type === 'bigint' ? undefined : row.type,
    ...sequenceOptions(row),
    ownedBy: table === undefined ? undefined : ([table, row.column ?? ''] as const),
    comment: row.comment ?? undefined,
  })
}
