/** A schema value as the TypeScript that a person would have written. */
import type { AnyColumn, AnyTable, SchemaOptions } from '../../types/literal.ts'
import type { AnySchema } from '../../types/schema.ts'
import { type Kept, kept } from './kept.ts'
import { present } from './text-fragment.ts'
import { type TypeConstants, valueSource } from './pull-column.ts'
import { columnEntries } from './pull-columns.ts'
import { type Constant, moduleText } from './pull-module.ts'
import { tableConstants, typeConstants } from './pull-names.ts'
import { typeSources } from './pull-types.ts'
import { renamed } from './rename-schema.ts'
import { keyText, type Source } from './source-text.ts'

export interface PullOptions {
  /** What the files import `cupel` as; 'cupel' unless stated. */
  readonly from?: string
  /** `one` (the default): all in `schema.ts`. `tables`: a file for each table, `types.ts` for the types that users made, and `schema.ts`. */
  readonly files?: 'one' | 'tables'
  /** The files as they are now, by their names: what a person added to them is kept. */
  readonly merge?: ReadonlyMap<string, string>
  /** The schema that the files say now: columns made by functions of a person's own, and those spread in, stay where they are as the database has them. */
  readonly was?: AnySchema
}

/**
 * The files that say the schema in TypeScript, by their names, each with its text; `schema.ts` exports it as `schema`. They are as a formatter
 * would leave them, and the same schema gives the same text, always. With `merge`, what no database holds stays as it is in the files given:
 * keys, the order of tables, the types of columns (as in `t.jsonb<Profile>()`), `mode`, `version`, `renamedFrom` and how custom types are read, the names of relations,
 * `cascade` and `link`, the columns of views, what is imported, declared and exported beside the schema, the names of its constants, and the
 * comments outside of it.
 * @example
 * for (const [name, text] of pull(await engine.metadata.reflect())) await writeFile(name, text)
 */
export function pull(schema: AnySchema, options: PullOptions = {}): ReadonlyMap<string, string> {
  const found = options.merge === undefined ? undefined : kept(options.merge)
  const { tables, options: schemaOptions } = inOrder(withoutUsualTargets(withIds(renamed(schema, found), found)), found)
  const types = typeConstants(schemaOptions, Object.keys(tables), found?.typeNames)
  const made = typeSources(schemaOptions, types, found?.types)
  const sources = Object.entries(tables).map(([key, table]) => ({
    key,
    source: tableSource(key, table, types, found, options.was?.tables[key]),
  }))
  const text = (file: string, constants: readonly Constant[], places: ReadonlyMap<string, string> = new Map()) =>
    [file, moduleText(file, constants, places, options.from ?? 'cupel', found)] as const
  const whole = (members: readonly (readonly [string, Source])[]): Constant => ({
    name: found?.schema ?? 'schema',
    source: schemaSource(members, schemaOptions, types, found),
    exported: true,
  })
  if (options.files !== 'tables') {
    const members = sources.map(({ key, source }) => [keyText(key), source] as const)
    return new Map([text('schema.ts', [...made, whole(members)])])
  }
  const names = tableConstants(Object.keys(tables), found?.constants)
  const placed = sources.map(({ key, source }) => ({
    key,
    source,
    ...(names.get(key) ?? { constant: key, file: key }),
  }))
  const places = new Map([
    ...made.map(({ name }) => [name, 'types.ts'] as const),
    ...placed.map(({ constant, file }) => [constant, file] as const),
  ])
  return new Map([
    ...placed.map(({ constant, file, source }) => text(file, [{ name: constant, source, exported: true }], places)),
    ...(made.length === 0
      ? []
      : [
          text(
            'types.ts',
            made.map(one => ({ ...one, exported: true })),
          ),
        ]),
    text('schema.ts', [whole(placed.map(({ key, constant }) => [keyText(key), constant]))], places),
  ])
}

/** The tables in the order in which they stand, which no database holds; new ones after them. */
function inOrder({ tables, options }: AnySchema, kept: Kept | undefined): AnySchema {
  const order = [...(kept?.tables.keys() ?? [])].filter(key => Object.hasOwn(tables, key))
  const all = new Set([...order, ...Object.keys(tables)])
  const at = new Map([...all].map((key, place) => [key, place]))
  const sorted = Object.entries(tables).toSorted(([one], [other]) => (at.get(one) ?? 0) - (at.get(other) ?? 0))
  return { tables: Object.fromEntries(sorted), options }
}

/** Keys of identity become numbers, and so does what points to them: `t.id()` and `t.ref()`; but for those that a person said otherwise of. */
function withIds({ tables, options }: AnySchema, kept: Kept | undefined): AnySchema {
  const isId = (column: AnyColumn | undefined): boolean =>
    column?.type === 'bigint' && column.identity === 'always' && column.primaryKey === true
  const pointsToId = (column: AnyColumn): boolean => {
    const [table = '', key = ''] = column.references?.split('.') ?? []
    return column.type === 'bigint' && isId(tables[table]?.columns[key])
  }
  const made = Object.entries(tables).map(([name, table]): [string, AnyTable] => {
    const columns = Object.entries(table.columns).map(([key, column]) => [
      key,
      (isId(column) || pointsToId(column)) && kept?.tables.get(name)?.columns.get(key)?.call !== 'bigint'
        ? { ...column, mode: 'number' }
        : column,
    ])
    return [name, { ...table, columns: Object.fromEntries(columns) }]
  })
  return { tables: Object.fromEntries(made), options }
}

/** A foreign key to the primary key need not say to which columns. */
function withoutUsualTargets({ tables, options }: AnySchema): AnySchema {
  const made = Object.entries(tables).map(([name, table]): [string, AnyTable] => {
    if (table.foreignKeys === undefined) return [name, table]
    const keys = Object.entries(table.foreignKeys).map(([constraint, key]) => {
      const { target, ...short } = key
      const usual = primaryColumns(tables[key.references])
      const isUsual = target?.length === usual.length && target.every((column, at) => column === usual[at])
      return [constraint, isUsual ? short : key]
    })
    return [name, { ...table, foreignKeys: Object.fromEntries(keys) }]
  })
  return { tables: Object.fromEntries(made), options }
}

function primaryColumns(table: AnyTable | undefined): readonly string[] {
  if (table?.primaryKey !== undefined)
    return 'columns' in table.primaryKey ? table.primaryKey.columns : table.primaryKey
  return Object.entries(table?.columns ?? {}).flatMap(([key, column]) => (column.primaryKey === true ? [key] : []))
}

function schemaSource(
  tables: readonly (readonly [string, Source])[],
  options: SchemaOptions,
  constants: TypeConstants,
  kept: Kept | undefined,
): Source {
  const optionSources = optionsSource(options, constants, kept)
  const all: Source = { object: tables, open: tables.length > 0 }
  return { call: 'defineSchema', arguments: optionSources.length === 0 ? [all] : [all, { object: optionSources }] }
}

function tableSource(
  key: string,
  { columns, ...given }: AnyTable,
  constants: TypeConstants,
  kept: Kept | undefined,
  was: AnyTable | undefined,
): Source {
  const added = kept?.tables.get(key)
  const entries = columnEntries(columns, constants, added, was?.columns)
  const link = Object.keys(added?.link ?? {}).every(column => Object.hasOwn(columns, column)) ? added?.link : undefined
  const options = { ...given, ...present({ link, renamedFrom: added?.renamedFrom }) }
  const columnsSource: Source = { object: entries, open: entries.length > 0 }
  const rest = valueSource(options)
  const isBare = typeof rest === 'object' && 'object' in rest && rest.object.length === 0
  return { call: 'table', arguments: isBare ? [columnsSource] : [columnsSource, rest] }
}

/** The options, with the constants of the types in the place of their definitions. */
function optionsSource(
  options: SchemaOptions,
  constants: TypeConstants,
  kept: Kept | undefined,
): (readonly [string, Source])[] {
  const given = {
    ...options,
    ...present({ extensions: options.extensions?.map(one => withVersion(one, kept?.versions)) }),
  }
  return Object.entries(given).map(([name, value]) => {
    if (name === 'views') return [name, viewsSource(options.views ?? {}, kept)] as const
    if (name !== 'enums' && name !== 'domains' && name !== 'composites') return [name, valueSource(value)] as const
    const entries = Object.keys(value as object).map(key => [keyText(key), constants.get(key) ?? ''] as const)
    return [name, { object: entries }] as const
  })
}

/** Views, with the columns that a person stated of them. */
function viewsSource(views: NonNullable<SchemaOptions['views']>, kept: Kept | undefined): Source {
  const entries = Object.entries(views).map(([key, view]) => {
    const source = valueSource(view)
    const columns = kept?.views.get(key)
    if (columns === undefined || typeof source === 'string' || !('object' in source))
      return [keyText(key), source] as const
    return [keyText(key), { object: [...source.object, ['columns', columns] as const] }] as const
  })
  return { object: entries }
}

type Extension = NonNullable<SchemaOptions['extensions']>[number]

function withVersion(one: Extension, versions: Kept['versions'] | undefined): Extension {
  const version = versions?.get(typeof one === 'string' ? one : one.name)
  if (version === undefined) return one
  return typeof one === 'string' ? { name: one, version } : { ...one, version }
}
