/** Constraints of a table: short forms written out, names given, columns found. */
import type { Check, Index, IndexElement, Key, PartitionBy, TableOptions, Unique } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { type Fragment, isFragment } from '../base/fragment.ts'
import { suggestion } from '../base/nearest.ts'
import type {
  CheckModel,
  ColumnModel,
  ElementSubject,
  ExcludeModel,
  IndexElementModel,
  IndexModel,
  KeyModel,
  PartitionByModel,
} from './model.ts'

/** A table's columns by key, and how to say that one is missing. */
export type Columns = ReadonlyMap<string, ColumnModel>

/** A column by its key. @throws SchemaError naming who asked for it */
export function columnIn(columns: Columns, key: string, subject: string): ColumnModel {
  const found = columns.get(key)
  if (found === undefined) throw new SchemaError('unknownOptionColumn', subject, key, suggestion(key, columns.keys()))
  return found
}

export function checkModels(given: readonly Check[], nameOf: (at: number) => string): CheckModel[] {
  return given.map((check, at) =>
    isFragment(check)
      ? { name: nameOf(at), condition: check, noInherit: false }
      : { name: check.name ?? nameOf(at), condition: check.on, noInherit: check.noInherit ?? false },
  )
}

export function keyModel(columns: Columns, given: Key, name: string, subject: string): KeyModel {
  const long = Array.isArray(given)
    ? { columns: given as readonly string[] }
    : (given as Exclude<Key, readonly string[]>)
  return {
    name: ('name' in long ? long.name : undefined) ?? name,
    columns: long.columns.map(key => columnIn(columns, key, subject)),
    nullsNotDistinct: ('nullsNotDistinct' in long ? long.nullsNotDistinct : undefined) ?? false,
    deferrable: ('deferrable' in long ? long.deferrable : undefined) ?? false,
  }
}

export function uniqueColumnModel(column: ColumnModel, given: Exclude<Unique, boolean> | true, name: string): KeyModel {
  const long = given === true ? {} : given
  return {
    name: long.name ?? name,
    columns: [column],
    nullsNotDistinct: long.nullsNotDistinct ?? false,
    deferrable: long.deferrable ?? false,
  }
}

export function indexModel(columns: Columns, name: string, given: Index): IndexModel {
  const subject = `index '${name}'`
  return {
    name,
    elements: given.on.map(element => indexElement(columns, element, subject)),
    unique: given.unique ?? false,
    using: given.using ?? 'btree',
    where: given.where ?? null,
    include: (given.include ?? []).map(key => columnIn(columns, key, subject)),
    nullsNotDistinct: given.nullsNotDistinct ?? false,
    with: Object.entries(given.with ?? {}),
    comment: given.comment ?? null,
  }
}

function indexElement(columns: Columns, given: IndexElement, subject: string): IndexElementModel {
  const plain = { opclass: null, collate: null, order: 'asc', nulls: null } as const
  if (typeof given === 'string' || isFragment(given)) return { ...subjectOf(columns, given, subject), ...plain }
  const { column, expression, opclass, collate, order, nulls } = given
  const on = subjectOf(columns, column ?? (expression as Fragment), subject)
  return { ...on, opclass: opclass ?? null, collate: collate ?? null, order: order ?? 'asc', nulls: nulls ?? null }
}

function subjectOf(columns: Columns, given: string | Fragment, subject: string): ElementSubject {
  return isFragment(given) ? { expression: given } : { column: columnIn(columns, given, subject) }
}

export function excludeModels(columns: Columns, given: TableOptions['excludes']): ExcludeModel[] {
  return Object.entries(given ?? {}).map(([name, exclude]) => ({
    name,
    using: exclude.using ?? 'gist',
    elements: exclude.elements.map(element => ({
      ...subjectOf(columns, element.on, `exclusion '${name}'`),
      with: element.with,
      opclass: element.opclass ?? null,
    })),
    where: exclude.where ?? null,
    deferrable: exclude.deferrable ?? false,
  }))
}

export function partitionByModel(columns: Columns, given: PartitionBy | undefined): PartitionByModel | null {
  if (given === undefined) return null
  const by = given.range ? 'range' : given.list ? 'list' : 'hash'
  return {
    by,
    on: (given[by] ?? []).map(element => indexElement(columns, element, 'the partition key')),
    partitions: Object.entries(given.partitions ?? {}).map(([name, partition]) => {
      const { partitionBy, ...bound } = partition
      return { name, bound, partitionBy: partitionByModel(columns, partitionBy) }
    }),
  }
}
