/** The constraints of a schema by their names. */
import { derivedName } from '../base/identifier.ts'
import type { KeyModel, Model, TableModel } from './model.ts'

/** A constraint that a row can violate. */
export interface NamedConstraint {
  /** As the literal, or what is derived from it, names it. */
  readonly name: string
  /** Null for a check of a domain, which columns of any table may have. */
  readonly table: TableModel | null
  /** What the database says of the table: its name there, or that of its partition. */
  readonly place: string | null
}

const known = new WeakMap<Model, ReadonlyMap<string, readonly NamedConstraint[]>>()

/**
 * Primary keys, unique keys and indexes, foreign keys, checks and exclusions, by the name that the database says when one is violated:
 * a key's on a partition is not that of its table. Several tables may have one of a name.
 */
export function constraintsByName(model: Model): ReadonlyMap<string, readonly NamedConstraint[]> {
  const found = known.get(model)
  if (found !== undefined) return found
  const made = new Map<string, NamedConstraint[]>()
  const add = (said: string, name: string, table: TableModel | null, place: string | null): void => {
    const others = made.get(said)
    if (others === undefined) made.set(said, [{ name, table, place }])
    else others.push({ name, table, place })
  }
  for (const table of model.tables) {
    const { primaryKey, uniques, indexes, excludes, checks, foreignKeys } = table
    const keys = primaryKey === null ? uniques : [primaryKey, ...uniques]
    const unique = indexes.filter(index => index.unique)
    for (const { name } of [...keys, ...unique, ...excludes]) add(name, name, table, table.name)
    const partitions = partitionNames(table)
    // Partitions have these by the same name.
    for (const place of [table.name, ...partitions]) {
      for (const { name } of [...checks, ...foreignKeys]) add(name, name, table, place)
    }
    for (const place of partitions) {
      if (primaryKey !== null) add(derivedName(place, '', 'pkey'), primaryKey.name, table, place)
      for (const key of uniques) add(derivedName(place, columnNames(key), 'key'), key.name, table, place)
    }
  }
  for (const type of model.types) {
    if (type.kind === 'domain') for (const { name } of type.checks) add(name, name, null, null)
  }
  known.set(model, made)
  return made
}

/** The partitions of a table, by their names in the database, and the partitions of these. */
export function partitionNames({ partitionBy }: Pick<TableModel, 'partitionBy'>): string[] {
  return (partitionBy?.partitions ?? []).flatMap(one => [one.name, ...partitionNames(one)])
}

function columnNames({ columns }: KeyModel): string {
  return columns.map(column => column.name).join('_')
}
