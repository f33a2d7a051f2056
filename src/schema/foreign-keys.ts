/** Foreign keys: from columns and from table options, each with its target found and held against it. */
import type { AnyColumn, AnyTable, AnyTables, Cascade, ForeignKey } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { derivedName } from '../base/identifier.ts'
import type { kinds } from '../base/kinds.ts'
import { suggestion } from '../base/nearest.ts'
import { columnIn } from './constraints.ts'
import type { ColumnModel, ForeignKeyModel, TableModel, TypeModel } from './model.ts'

/** A foreign key with the names that its two relations are asked to have. */
export interface NamedForeignKey extends ForeignKeyModel {
  readonly as: string | null
  readonly inverse: string | null
}

/** A table of the model before its foreign keys are known. */
export type Bare = Pick<TableModel, 'key' | 'name' | 'columns' | 'columnByKey' | 'primaryKey' | 'uniques'>

/** The foreign keys of one table: those of its columns in their order, then those of its options. */
export function foreignKeyModels(
  table: Bare,
  given: AnyTable,
  tables: AnyTables,
  all: ReadonlyMap<string, Bare>,
): NamedForeignKey[] {
  const ofColumns = table.columns.flatMap(column => {
    const literal = given.columns[column.key]
    return literal?.references === undefined
      ? []
      : [columnForeignKey(table, column, literal, literal.references, tables, all)]
  })
  const ofOptions = Object.entries(given.foreignKeys ?? {}).map(([name, key]) => tableForeignKey(table, name, key, all))
  return [...ofColumns, ...ofOptions]
}

function columnForeignKey(
  table: Bare,
  column: ColumnModel,
  given: AnyColumn,
  reference: string,
  tables: AnyTables,
  all: ReadonlyMap<string, Bare>,
): NamedForeignKey {
  const dot = reference.indexOf('.')
  if (dot === -1) throw new SchemaError('malformedReference', table.key, column.key, reference)
  const [targetKey, field] = [reference.slice(0, dot), reference.slice(dot + 1)]
  const target = all.get(targetKey)
  if (target === undefined) {
    throw new SchemaError(
      'unknownTable',
      table.key,
      column.key,
      reference,
      targetKey,
      suggestion(targetKey, Object.keys(tables)),
    )
  }
  const targetColumn = target.columnByKey.get(field)
  if (targetColumn === undefined) {
    const near = suggestion(field, target.columnByKey.keys())
    throw new SchemaError('unknownTarget', table.key, column.key, reference, targetKey, field, near)
  }
  if (comparedName(column.type) !== comparedName(targetColumn.type)) {
    const [own, other] = [comparedName(column.type), comparedName(targetColumn.type)]
    throw new SchemaError('targetType', table.key, column.key, own, reference, other)
  }
  if (!isKey(target, [targetColumn])) throw new SchemaError('targetNotUnique', table.key, column.key, reference)
  return {
    name: given.foreignKey ?? derivedName(table.name, column.name, 'fkey'),
    columns: [column],
    target: targetKey,
    targetColumns: [field],
    match: 'simple',
    notValid: false,
    ...actions(given),
    as: given.as ?? relationName(column.key, field),
    inverse: given.inverse ?? null,
  }
}

function tableForeignKey(
  table: Bare,
  name: string,
  given: ForeignKey,
  all: ReadonlyMap<string, Bare>,
): NamedForeignKey {
  const subject = `foreign key '${name}'`
  const columns = given.columns.map(key => columnIn(table.columnByKey, key, subject))
  const target = all.get(given.references)
  if (target === undefined) {
    throw new SchemaError('unknownKeyTable', name, given.references, suggestion(given.references, all.keys()))
  }
  const targetKeys = given.target ?? target.primaryKey?.columns.map(column => column.key) ?? []
  const targetColumns = targetKeys.map(key => {
    const found = target.columnByKey.get(key)
    if (found !== undefined) return found
    throw new SchemaError('keyTargetColumn', name, given.references, key, suggestion(key, target.columnByKey.keys()))
  })
  if (targetColumns.length !== columns.length) {
    throw new SchemaError('keyTarget', name, String(columns.length), String(targetColumns.length), given.references)
  }
  if (!isKey(target, targetColumns)) {
    throw new SchemaError('keyTargetNotUnique', name, targetKeys.join(', '), given.references)
  }
  for (const [at, column] of columns.entries()) {
    const [own, other] = [comparedName(column.type), comparedName((targetColumns[at] as ColumnModel).type)]
    if (own !== other)
      throw new SchemaError('keyTargetType', name, column.key, own, `${given.references}.${targetKeys[at]}`, other)
  }
  return {
    name,
    columns,
    target: given.references,
    targetColumns: targetKeys,
    match: given.match ?? 'simple',
    notValid: given.notValid ?? false,
    ...actions(given),
    as: given.as ?? null,
    inverse: given.inverse ?? null,
  }
}

function actions(given: AnyColumn | ForeignKey) {
  return {
    onDelete: given.onDelete ?? 'no action',
    onUpdate: given.onUpdate ?? 'no action',
    deferrable: given.deferrable ?? false,
    cascade: cascadeOf(given.cascade),
  } as const
}

const cascades: readonly Cascade[] = ['save-update', 'delete', 'orphan', 'refresh', 'expunge', 'merge']

/** @throws SchemaError for a word that is none */
function cascadeOf(given: readonly Cascade[] = ['save-update', 'merge']): readonly Cascade[] {
  for (const one of given) {
    if (!cascades.includes(one)) {
      throw new SchemaError(
        'unknownCascade',
        String(one),
        cascades.map(word => `'${word}'`).join(', '),
        suggestion(one, cascades),
      )
    }
  }
  return given
}

/** Whether these columns, in any order, are a primary key or a unique key. */
export function isKey(table: Bare, columns: readonly ColumnModel[]): boolean {
  const keys = table.primaryKey === null ? table.uniques : [table.primaryKey, ...table.uniques]
  return keys.some(
    key => key.columns.length === columns.length && columns.every(column => key.columns.includes(column)),
  )
}

/** The column's key less the key of the column it points to. Twin: `relationName` in types/relation.ts. */
export function relationName(key: string, field: string): string | null {
  const capital = field.charAt(0).toUpperCase() + field.slice(1)
  for (const suffix of [`_${field}`, capital]) {
    if (key.endsWith(suffix) && key.length > suffix.length) return key.slice(0, -suffix.length)
  }
  return null
}

/** The name under which two columns' types are compared. Twin: `'~type'` in types/column.ts. */
export function comparedName(type: TypeModel): string {
  if (type.element !== null) return `${comparedName(type.element)}[]`
  const made = type.enum ?? type.domain ?? type.composite
  if (made !== null) return made.schema === 'public' ? made.name : `${made.schema}.${made.name}`
  if (type.custom !== null) return type.custom.sql
  const twin = { smallserial: 'smallint', serial: 'integer', bigserial: 'bigint' } as Partial<
    Record<keyof typeof kinds, string>
  >
  return twin[type.kind] ?? type.kind
}
