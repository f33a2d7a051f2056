/** A schema whose keys are the database's names, with the keys that a person would have given. */
import type {
  AnyColumn,
  AnyTable,
  ForeignKey,
  IndexElement,
  Key,
  PartitionBy,
  SchemaOptions,
  Trigger,
} from '../../types/literal.ts'
import type { AnySchema } from '../../types/schema.ts'
import { isFragment } from '../base/fragment.ts'
import { snakeCase } from '../base/naming.ts'
import { isSnakeCase, keysFor } from './camel-case.ts'
import type { Kept } from './kept.ts'
import { nameRelations } from './relation-names.ts'
import { present } from './text-fragment.ts'

type Rename = (key: string) => string

/** How keys are made: by `naming`, or as the names are. */
interface Naming {
  readonly keysFor: typeof keysFor
  /** The name in the database, where `naming` does not give it. */
  nameFor(key: string, name: string): { name?: string }
}

const namings: { readonly [Way in 'snakeCase' | 'plain']: Naming } = {
  snakeCase: { keysFor, nameFor: (key, name) => (snakeCase(key) === name ? {} : { name }) },
  plain: {
    keysFor: (names, known) => keysFor(names, known, false),
    nameFor: (key, name) => (key === name ? {} : { name }),
  },
}

/**
 * The same schema with `naming: 'snake_case'` where its names are written so; else its keys are its names.
 * @param kept what a person has chosen otherwise
 */
export function renamed(schema: AnySchema, kept?: Kept): AnySchema {
  const tables = Object.entries(schema.tables)
  const isSnake =
    kept?.isSnakeCase ??
    isSnakeCase([...tables.map(([key]) => key), ...tables.flatMap(([, table]) => Object.keys(table.columns))])
  const naming = namings[isSnake ? 'snakeCase' : 'plain']
  const { nameFor } = naming
  const relations = [...tables, ...Object.entries(schema.options.views ?? {})]
  const knownKeys = new Map(
    relations.flatMap(([key, { schema: place = 'public', name = key }]) => {
      const known = kept?.keys.get(`${place}.${name}`)
      return known === undefined ? [] : [[key, known] as const]
    }),
  )
  const tableKeys = naming.keysFor(
    relations.map(([key]) => key),
    knownKeys,
  )
  const columnKeys = new Map(
    tables.map(([key, table]) => [
      key,
      naming.keysFor(Object.keys(table.columns), kept?.tables.get(tableKeys.get(key) ?? key)?.keys),
    ]),
  )
  const tableKey: Rename = key => tableKeys.get(key) ?? key
  const columnKey =
    (table: string): Rename =>
    key =>
      columnKeys.get(table)?.get(key) ?? key
  const made = Object.fromEntries(
    tables.map(([key, table]) => [tableKey(key), renamedTable(naming, key, table, tableKey, columnKey)]),
  )
  const { views, sequences, functions, raw, domains, composites } = schema.options
  const needing = <Thing extends { readonly dependsOn?: readonly string[] }>(thing: Thing): Thing => ({
    ...thing,
    ...present({ dependsOn: thing.dependsOn?.map(tableKey) }),
  })
  const options: SchemaOptions = {
    ...(isSnake ? { naming: 'snake_case' as const } : {}),
    ...schema.options,
    ...present({
      domains: domains && mapValues(domains, domain => needing(domain)),
      composites: composites && mapValues(composites, fields => renamedFields(naming, fields)),
      sequences:
        sequences &&
        mapValues(sequences, given => {
          const [table = '', column = ''] = given.ownedBy ?? []
          return given.ownedBy === undefined
            ? given
            : { ...given, ownedBy: [tableKey(table), columnKey(table)(column)] as const }
        }),
      views:
        views &&
        Object.fromEntries(
          Object.entries(views).map(([key, view]) => [
            tableKey(key),
            { ...nameFor(tableKey(key), view.name ?? key), ...needing(view) },
          ]),
        ),
      functions: functions && mapValues(functions, needing),
      raw: raw && mapValues(raw, needing),
    }),
  }
  return { tables: nameRelations(made, kept?.relations), options }
}

function renamedTable(
  naming: Naming,
  key: string,
  given: AnyTable,
  tableKey: Rename,
  columnKey: (table: string) => Rename,
): AnyTable {
  const { nameFor } = naming
  const own = columnKey(key)
  const columns = Object.fromEntries(
    Object.entries(given.columns).map(([name, column]) => [
      own(name),
      { ...nameFor(own(name), name), ...renamedColumn(naming, column, tableKey, columnKey) },
    ]),
  )
  const { name: _, columns: __, ...options } = given
  return {
    columns,
    ...nameFor(tableKey(key), given.name ?? key),
    ...options,
    ...present({
      primaryKey: given.primaryKey && renamedKey(given.primaryKey, own),
      uniques: given.uniques && mapValues(given.uniques, unique => renamedKey(unique, own)),
      indexes:
        given.indexes &&
        mapValues(given.indexes, index => ({
          ...index,
          on: index.on.map(element => renamedElement(element, own)),
          ...present({ include: index.include?.map(own) }),
        })),
      excludes:
        given.excludes &&
        mapValues(given.excludes, exclude => ({
          ...exclude,
          elements: exclude.elements.map(one => (isFragment(one.on) ? one : { ...one, on: own(one.on) })),
        })),
      foreignKeys:
        given.foreignKeys &&
        mapValues(given.foreignKeys, foreign => renamedForeignKey(foreign, own, tableKey, columnKey)),
      partitionBy: given.partitionBy && renamedPartition(given.partitionBy, own),
      partitionOf: given.partitionOf && { ...given.partitionOf, table: tableKey(given.partitionOf.table) },
      inherits: given.inherits?.map(tableKey),
      triggers: given.triggers && mapValues(given.triggers, trigger => renamedTrigger(trigger, own)),
      dependsOn: given.dependsOn?.map(tableKey),
    }),
  }
}

function renamedColumn(
  naming: Naming,
  given: AnyColumn,
  tableKey: Rename,
  columnKey: (table: string) => Rename,
): AnyColumn {
  const { as: _, inverse: __, ...column } = given
  const { references } = given
  const dot = references?.indexOf('.') ?? -1
  const table = references?.slice(0, dot) ?? ''
  return {
    ...column,
    ...present({
      references: references && `${tableKey(table)}.${columnKey(table)(references.slice(dot + 1))}`,
      composite: given.composite && { ...given.composite, fields: renamedFields(naming, given.composite.fields) },
      of: given.of && renamedColumn(naming, given.of, tableKey, columnKey),
    }),
  }
}

function renamedFields(
  { keysFor, nameFor }: Naming,
  fields: { readonly [field: string]: AnyColumn },
): { readonly [field: string]: AnyColumn } {
  const keys = keysFor(Object.keys(fields))
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const key = keys.get(name) ?? name
      return [key, { ...nameFor(key, name), ...field }]
    }),
  )
}

function renamedKey(given: Key, own: Rename): Key {
  // The cast: `Array.isArray` does not know readonly arrays.
  return Array.isArray(given)
    ? (given as readonly string[]).map(own)
    : {
        ...(given as Exclude<Key, readonly string[]>),
        columns: (given as Exclude<Key, readonly string[]>).columns.map(own),
      }
}

function renamedElement(given: IndexElement, own: Rename): IndexElement {
  if (typeof given === 'string') return own(given)
  if (isFragment(given) || !('column' in given) || given.column === undefined) return given
  return { ...given, column: own(given.column) }
}

function renamedForeignKey(
  given: ForeignKey,
  own: Rename,
  tableKey: Rename,
  columnKey: (table: string) => Rename,
): ForeignKey {
  const { as: _, inverse: __, ...key } = given
  return {
    ...key,
    columns: given.columns.map(own),
    references: tableKey(given.references),
    ...present({ target: given.target?.map(columnKey(given.references)) }),
  }
}

function renamedPartition(given: PartitionBy, own: Rename): PartitionBy {
  const element = (one: IndexElement): never => renamedElement(one, own) as never
  return {
    ...given,
    ...present({ range: given.range?.map(element), list: given.list?.map(element), hash: given.hash?.map(element) }),
  }
}

function renamedTrigger(given: Trigger, own: Rename): Trigger {
  return {
    ...given,
    on: given.on.map(event => (typeof event === 'string' ? event : { update: event.update.map(own) })),
  }
}

function mapValues<Value, Made>(
  given: { readonly [key: string]: Value },
  make: (value: Value) => Made,
): { [key: string]: Made } {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, make(value)]))
}
