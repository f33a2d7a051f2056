/** The Model made of a literal: every name given, every short form written out, every mistake refused. */
import type { AnyColumn, AnyTable, AnyTables, IndexElement, SchemaOptions } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { byteLength, derivedName, maxNameBytes } from '../base/identifier.ts'
import { kinds } from '../base/kinds.ts'
import { snakeCase } from '../base/naming.ts'
import { suggestion } from '../base/nearest.ts'
import { toposort } from '../base/toposort.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkModels, excludeModels, indexModel, keyModel, partitionByModel, uniqueColumnModel } from './constraints.ts'
import { checkParts } from './check-parts.ts'
import { firstVersion } from './first-version.ts'
import { type Bare, foreignKeyModels } from './foreign-keys.ts'
import { insertMode } from './insert-mode.ts'
import type { CheckModel, ColumnModel, IdentityModel, KeyModel, Model, TableModel, ViewModel } from './model.ts'
import { columnOptionNames } from './options.ts'
import { relationModels } from './relations.ts'
import { defaultModel, TypeRegistry } from './type-model.ts'
import { fits, typeName, wantedName } from './type-name.ts'

/** @throws SchemaError at the first mistake */
export function buildModel(tables: AnyTables, options: SchemaOptions): Model {
  checkParts(tables, options)
  const nameOf = options.naming === 'snake_case' ? snakeCase : (key: string) => key
  const types = new TypeRegistry(nameOf)
  declareTypes(types, options)
  const bare = new Map(Object.entries(tables).map(([key, given]) => [key, bareTable(key, given, nameOf, types)]))
  const keys = new Map(
    [...bare].map(([key, table]) => [key, foreignKeyModels(table, tables[key] as AnyTable, tables, bare)]),
  )
  const relations = relationModels(tables, bare, keys)
  const models = [...bare.values()].map(
    (table): TableModel =>
      freeze({ ...table, foreignKeys: keys.get(table.key) ?? [], relations: relations.get(table.key) ?? new Map() }),
  )
  const tableByKey = new Map(models.map(table => [table.key, table]))
  const views = viewModels(options, nameOf)
  const sequences = Object.entries(options.sequences ?? {}).map(
    ([key, { as, name, ownedBy, schema, comment, ...rest }]) => ({
      key,
      schema: schema ?? 'public',
      name: name ?? key,
      ownedBy: ownedBy ?? null,
      as: as ?? ('bigint' as const),
      options: rest,
      comment: comment ?? null,
    }),
  )
  const named = [...models, ...views, ...sequences, ...types.enums(), ...types.types()]
  const model: Model = {
    naming: options.naming ?? null,
    tables: models,
    tableByKey,
    sortedTables: toposort(models, table => table.foreignKeys.flatMap(key => tableByKey.get(key.target) ?? [])),
    schemas: [...new Set(named.map(thing => thing.schema))].filter(schema => schema !== 'public'),
    extensions: (options.extensions ?? []).map(given =>
      typeof given === 'string'
        ? { name: given, schema: null, version: null }
        : { name: given.name, schema: given.schema ?? null, version: given.version ?? null },
    ),
    enums: types.enums(),
    types: types.types(),
    sequences,
    views,
    functions: Object.entries(options.functions ?? {}).map(([name, given]) => ({ name, ...given })),
    raw: Object.entries(options.raw ?? {}).map(([name, given]) => ({ name, ...given })),
  }
  checkNames(model)
  return freeze(model)
}

function declareTypes(types: TypeRegistry, options: SchemaOptions): void {
  for (const [name, values] of Object.entries(options.enums ?? {})) types.enum({ name, values })
  for (const [name, fields] of Object.entries(options.composites ?? {})) types.composite({ name, fields })
  for (const [name, definition] of Object.entries(options.domains ?? {})) types.domain({ name, ...definition })
}

type TableWithoutKeys = Bare & Omit<TableModel, 'foreignKeys' | 'relations'>

function bareTable(
  key: string,
  given: AnyTable,
  nameOf: (key: string) => string,
  types: TypeRegistry,
): TableWithoutKeys {
  const name = given.name ?? nameOf(key)
  const primary = Object.entries(given.columns)
    .filter(([, column]) => column.primaryKey === true)
    .map(([column]) => column)
  if (given.primaryKey !== undefined && primary[0] !== undefined)
    throw new SchemaError('twoPrimaryKeys', key, primary[0])
  const columns = Object.entries(given.columns).map(([column, literal]) =>
    columnModel(key, column, literal, nameOf, types),
  )
  const columnByKey = new Map(columns.map(column => [column.key, column]))
  const primaryGiven = given.primaryKey ?? (primary.length === 0 ? null : primary)
  const primaryKey =
    primaryGiven && keyModel(columnByKey, primaryGiven, derivedName(name, '', 'pkey'), 'the primary key')
  for (const column of primaryKey?.columns ?? []) {
    if (column.nullable) throw new SchemaError('nullableKey', key, column.key)
  }
  const table: TableWithoutKeys = {
    key,
    schema: given.schema ?? 'public',
    name,
    columns,
    columnByKey,
    columnByName: new Map(columns.map(column => [column.name, column])),
    primaryKey,
    uniques: uniqueModels(columns, columnByKey, given, name),
    checks: tableChecks(columns, given, name),
    indexes: Object.entries(given.indexes ?? {}).map(([index, literal]) => indexModel(columnByKey, index, literal)),
    excludes: excludeModels(columnByKey, given.excludes),
    partitionBy: partitionByModel(columnByKey, given.partitionBy),
    partitionOf: given.partitionOf ?? null,
    inherits: given.inherits ?? [],
    unlogged: given.unlogged ?? false,
    with: Object.entries(given.with ?? {}),
    rowSecurity: given.rowSecurity ?? (Object.keys(given.policies ?? {}).length === 0 ? 'off' : 'on'),
    dependsOn: given.dependsOn ?? [],
    policies: Object.entries(given.policies ?? {}).map(([policy, literal]) => ({ name: policy, ...literal })),
    triggers: Object.entries(given.triggers ?? {}).map(([trigger, literal]) => ({ name: trigger, ...literal })),
    comment: given.comment ?? null,
    renamedFrom: given.renamedFrom ?? null,
  }
  checkExpressions(table)
  return table
}

function columnModel(
  table: string,
  key: string,
  given: AnyColumn,
  nameOf: (key: string) => string,
  types: TypeRegistry,
): ColumnModel {
  if (!(given.type in kinds))
    throw new SchemaError(
      'unknownType',
      table,
      key,
      String(given.type),
      suggestion(String(given.type), Object.keys(kinds)),
    )
  for (const option of Object.keys(given)) {
    if (!columnOptionNames.includes(option)) {
      throw new SchemaError('unknownColumnOption', table, key, option, suggestion(option, columnOptionNames))
    }
  }
  const type = types.type(given)
  const version = given.version === true ? firstVersion(table, key, given, type) : null
  const fallback = defaultModel(given.default) ?? version
  if (fallback?.kind === 'value' && fallback.value !== null && !fits(type, fallback.value)) {
    const kind = type.enum?.name ?? type.domain?.name ?? type.composite?.name ?? type.kind
    throw new SchemaError('defaultType', kind, wantedName(type), typeName(fallback.value))
  }
  const identity = identityModel(given)
  return freeze({
    key,
    name: given.name ?? nameOf(key),
    type,
    nullable: given.nullable ?? false,
    default: fallback,
    identity,
    generated: given.generated ?? null,
    stored: given.stored ?? true,
    notNullName: (typeof given.notNull === 'object' ? given.notNull.name : given.notNull) ?? null,
    notNullInherited: typeof given.notNull === 'object' && given.notNull.inherited === true,
    notNullAlone: typeof given.notNull === 'object' && given.notNull.noInherit === true,
    inherited: given.inherited ?? false,
    collate: given.collate ?? null,
    comment: given.comment ?? null,
    version: given.version ?? false,
    insertMode: insertMode({
      generated: given.generated !== undefined,
      identity: identity?.when ?? null,
      hasDefault: fallback !== null || given.type.endsWith('serial'),
      version: given.version ?? false,
      nullable: given.nullable ?? false,
    }),
    renamedFrom: given.renamedFrom ?? null,
  })
}

function identityModel(given: AnyColumn): IdentityModel | null {
  if (given.identity === undefined) return null
  if (typeof given.identity === 'string') return { when: given.identity, sequence: null, options: {} }
  const { when, name, ...options } = given.identity
  return { when, sequence: name ?? null, options }
}

function uniqueModels(
  columns: readonly ColumnModel[],
  byKey: ReadonlyMap<string, ColumnModel>,
  given: AnyTable,
  table: string,
): KeyModel[] {
  const ofColumns = columns.flatMap(column => {
    const unique = given.columns[column.key]?.unique
    return unique === undefined || unique === false
      ? []
      : [uniqueColumnModel(column, unique, derivedName(table, column.name, 'key'))]
  })
  const ofOptions = Object.entries(given.uniques ?? {}).map(([name, key]) =>
    keyModel(byKey, key, name, `unique key '${name}'`),
  )
  return [...ofColumns, ...ofOptions]
}

function tableChecks(columns: readonly ColumnModel[], given: AnyTable, table: string): CheckModel[] {
  const ofColumns = columns.flatMap(column => {
    const check = given.columns[column.key]?.check
    return check === undefined ? [] : checkModels([check], () => derivedName(table, column.name, 'check'))
  })
  const ofOptions = Object.entries(given.checks ?? {}).map(([name, condition]) => ({
    name,
    condition,
    noInherit: false,
  }))
  return [...ofColumns, ...ofOptions]
}

function viewModels(options: SchemaOptions, nameOf: (key: string) => string): ViewModel[] {
  const views = Object.entries(options.views ?? {}).map(
    ([key, given]): ViewModel => ({
      key,
      schema: given.schema ?? 'public',
      name: given.name ?? nameOf(key),
      as: given.as,
      with: Object.entries(given.with ?? {}),
      materialized: given.materialized ?? false,
      withData: given.withData ?? true,
      comment: given.comment ?? null,
      dependsOn: given.dependsOn ?? [],
      indexes: Object.entries(given.indexes ?? {}).map(([name, index]) =>
        indexModel(viewColumns([...index.on, ...(index.include ?? [])]), name, index),
      ),
    }),
  )
  const byKey = new Map(views.map(view => [view.key, view]))
  return toposort(views, view => view.dependsOn.flatMap(key => byKey.get(key) ?? []))
}

/** A view's columns are known to the database alone: an index on one takes its name as it stands. */
function viewColumns(on: readonly IndexElement[]): ReadonlyMap<string, ColumnModel> {
  const names = on.flatMap(element => {
    if (typeof element === 'string') return [element]
    return 'column' in element && element.column !== undefined ? [element.column] : []
  })
  return new Map(names.map(name => [name, { key: name, name } as ColumnModel]))
}

/** No name longer than Postgres keeps, and no two things where one can be. */
function checkNames(model: Model): void {
  const seen = new Set<string>()
  const check = (sort: string, scope: string, name: string): void => {
    if (byteLength(name) > maxNameBytes) throw new SchemaError('longName', name)
    const place = JSON.stringify([sort, scope, name])
    if (seen.has(place)) throw new SchemaError('sameName', sort, name)
    seen.add(place)
  }
  for (const table of model.tables) {
    check('table', table.schema, table.name)
    for (const column of table.columns) check('column', table.key, column.name)
    const keys = table.primaryKey === null ? table.uniques : [table.primaryKey, ...table.uniques]
    for (const index of [...keys, ...table.excludes, ...table.indexes]) check('index', table.schema, index.name)
    for (const constraint of [...table.checks, ...table.foreignKeys]) check('constraint', table.key, constraint.name)
  }
  for (const view of model.views) check('table', view.schema, view.name)
  for (const type of [...model.enums, ...model.types]) check('type', type.schema, type.name)
}

function freeze<Value extends object>(value: Value): Value {
  return Object.freeze(value)
}
