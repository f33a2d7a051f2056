/** Two models side by side, and what of them cannot be changed as it stands. */
import { addValues, alterDomain, retypes } from '../../ddl/change/type.ts'
import { partitionByClause } from '../../ddl/partition.ts'
import type { Model, QualifiedName, TableModel, TypeModel } from '../../schema/model.ts'
import { withDetachedKeys } from './attachment.ts'
import { type ColumnFates, columnFates, isMadeOf } from './column-fates.ts'
import { nameOf } from './identity.ts'
import { mentions } from './mention.ts'
import { paired, type Pairs } from './pairs.ts'
import { withPlainSerials } from './plain-serials.ts'
import { changedFunctions, type Remade, remade } from './remade.ts'
import { leaving, type SequenceRename, sequenceRenames, withSequenceNames } from './sequence-names.ts'

export interface Comparison {
  /** With what has been renamed by then. */
  readonly from: Model
  readonly to: Model
  /** The server's version, as 170002. */
  readonly version: number
  readonly sequences: readonly SequenceRename[]
  readonly tables: Pairs<TableModel>
  /** Qualified names of enums, domains and composites that are made anew under their name. */
  readonly remadeTypes: ReadonlySet<string>
  readonly columns: ColumnFates
  /** Names of views, functions and raw things that are taken away first and made again, with everything that is made of them. */
  readonly remade: Remade
}

export function compared(before: Model, after: Model, version: number): Comparison {
  const plain = withPlainSerials(withDetachedKeys(before, after), after, version)
  const to = withPlainSerials(after, before, version)
  const sequences = sequenceRenames(plain, to)
  const from = withSequenceNames(plain, sequences)
  const remadeTypes = typesRemade(from, to)
  const tables = tablePairs(from, to)
  const types = goneTypes(from, to, remadeTypes)
  const columns = columnFates(tables, version, remadeTypes, [...types, ...changedFunctions(from, to)])
  const away = { sequences: leaving(plain, to), types }
  return { from, to, version, sequences, tables, remadeTypes, columns, remade: remade(from, to, tables, columns, away) }
}

/** Those that cannot be changed as they stand, and those that are made of them. */
function typesRemade(from: Model, to: Model): ReadonlySet<string> {
  const types = paired(from.types, to.types, nameOf).both
  const stands = ([was, is]: readonly [Model['types'][number], Model['types'][number]]): boolean => {
    if (was.kind === 'domain' && is.kind === 'domain') return alterDomain(was, is) !== null
    return was.kind === 'composite' && is.kind === 'composite' && !(retypes(was, is) && isKept(from, was))
  }
  const found = new Set(
    [
      ...paired(from.enums, to.enums, nameOf).both.filter(([was, is]) => addValues(was, is) === null),
      ...types.filter(pair => !stands(pair)),
    ].map(([, is]) => nameOf(is)),
  )
  const partsOf = (type: Model['types'][number]): TypeModel[] =>
    type.kind === 'domain' ? [type.base] : type.fields.map(field => field.type)
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const [was, is] of types)
      if ([...partsOf(was), ...partsOf(is)].some(part => isMadeOf(part, found))) found.add(nameOf(is))
  }
  return found
}

/** Whether rows of a table hold values of the composite, alone or within others: Postgres changes no attribute's type then. */
function isKept(model: Model, composite: QualifiedName): boolean {
  const holds = (type: TypeModel): boolean =>
    (type.composite !== null &&
      (nameOf(type.composite) === nameOf(composite) || type.composite.fields.some(one => holds(one.type)))) ||
    (type.domain !== null && holds(type.domain.base)) ||
    (type.element !== null && holds(type.element))
  return model.tables.some(table => table.columns.some(column => holds(column.type)))
}

/** A table that is partitioned in another way is another table. */
function tablePairs(from: Model, to: Model): Pairs<TableModel> {
  const way = (table: TableModel): string => (table.partitionBy === null ? '' : partitionByClause(table.partitionBy))
  const ways = new Map(to.tables.map(table => [nameOf(table), way(table)]))
  const replaced = new Set(
    from.tables.filter(table => (ways.get(nameOf(table)) ?? way(table)) !== way(table)).map(nameOf),
  )
  const kept = (table: TableModel): boolean => !replaced.has(nameOf(table))
  const pairs = paired(from.sortedTables.filter(kept), to.sortedTables.filter(kept), nameOf)
  return {
    both: pairs.both,
    gone: from.sortedTables.filter(table => !kept(table) || pairs.gone.includes(table)),
    fresh: to.sortedTables.filter(table => !kept(table) || pairs.fresh.includes(table)),
  }
}

/** Whether a text names a function, a type or another thing that is taken away and made again. */
export function namesRemade({ remade }: Comparison, text: string): boolean {
  return remade.named.some(one => mentions(text, one))
}

/** The enums, domains and composites that are made anew, by their names. */
function goneTypes(from: Model, to: Model, remadeTypes: ReadonlySet<string>): QualifiedName[] {
  return [...paired(from.enums, to.enums, nameOf).both, ...paired(from.types, to.types, nameOf).both]
    .map(([, is]) => is)
    .filter(type => remadeTypes.has(nameOf(type)))
}
