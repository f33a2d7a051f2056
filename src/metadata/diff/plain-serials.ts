/** Serials as what they are short for, where the other schema has their sequence otherwise. */
import { derivedName } from '../../base/identifier.ts'
import { plainFragment } from '../text-fragment.ts'
import type { ColumnModel, Model, QualifiedName, SequenceModel, TableModel } from '../../schema/model.ts'
import { heldNames } from './name-clash.ts'
import { nameOf } from './identity.ts'
import { rawName } from './raw-locks.ts'
import { withTables } from './with-tables.ts'

const integers: { readonly [kind: string]: SequenceModel['as'] } = {
  smallserial: 'smallint',
  serial: 'integer',
  bigserial: 'bigint',
}

/** What a `serial` is without its sequence; undefined for what is none. */
export function serialInteger(column: ColumnModel): SequenceModel['as'] | undefined {
  return integers[column.type.kind]
}

export function serialSequence(table: TableModel, column: ColumnModel): QualifiedName {
  return { schema: table.schema, name: derivedName(table.name, column.name, 'seq') }
}

/** What a default is that asks a sequence, in Postgres's words. */
export function nextValue(sequence: QualifiedName): string {
  return `nextval('${rawName(sequence).replaceAll("'", "''")}'::regclass)`
}

/**
 * The model with a sequence of its own in place of each `serial` that the other does not have as one: its column is there and is none, or it
 * is not, and its sequence's name is taken; or the table is another under its name, and its partitions ask the same sequence. A `serial` that comes or goes with its sequence stays short.
 */
export function withPlainSerials(model: Model, other: Model, version: number, replaced: ReadonlySet<string>): Model {
  const tables = new Map(other.tables.map(table => [nameOf(table), table]))
  const held = heldNames(other)
  const made = new Map<TableModel, TableModel>()
  const sequences: SequenceModel[] = []
  const raw: Model['raw'][number][] = []
  for (const table of model.tables) {
    const plain = new Map<ColumnModel, ColumnModel>()
    for (const column of table.columns) {
      const as = serialInteger(column)
      const twin = tables.get(nameOf(table))?.columnByName.get(column.name)
      const sequence = serialSequence(table, column)
      const isSerial = twin !== undefined && serialInteger(twin) !== undefined && !replaced.has(nameOf(table))
      const isShort = twin === undefined ? !held.has(nameOf(sequence)) : isSerial
      if (as === undefined || isShort) continue
      const sql = plainFragment(nextValue(sequence))
      plain.set(column, { ...column, type: { ...column.type, kind: as }, default: { kind: 'sql', sql } })
      const ownedBy = [table.key, column.key] as const
      sequences.push({ ...sequence, key: rawName(sequence), ownedBy, as, options: {}, comment: null })
      // Since PostgreSQL 15 a sequence is as its table is.
      if (table.unlogged && version >= 150000) raw.push(unlogged(sequence))
    }
    if (plain.size > 0) made.set(table, withColumns(table, plain))
  }
  if (made.size === 0) return model
  return {
    ...withTables(model, made),
    sequences: [...model.sequences, ...sequences],
    raw: [...model.raw, ...raw],
  }
}

function unlogged(sequence: QualifiedName): Model['raw'][number] {
  const text = `sequence ${rawName(sequence)} set unlogged`
  return { name: `alter ${text}`, kind: 'alter', sql: plainFragment(`alter ${text}`) }
}

/** The table with other columns in place of some; its keys and indexes know them by name alone. */
export function withColumns(table: TableModel, others: ReadonlyMap<ColumnModel, ColumnModel>): TableModel {
  const columns = table.columns.map(column => others.get(column) ?? column)
  return {
    ...table,
    columns,
    columnByKey: new Map(columns.map(column => [column.key, column])),
    columnByName: new Map(columns.map(column => [column.name, column])),
  }
}
