/** The constraints of a table, each with its name. */
import type { Deferrable } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { literal, quote, quoteQualified } from '../base/identifier.ts'
import type {
  CheckModel,
  ColumnModel,
  ExcludeModel,
  ForeignKeyModel,
  KeyModel,
  Model,
  QualifiedName,
  TableModel,
} from '../schema/model.ts'
import { method, operatorClass, subject } from './element.ts'
import { fragmentText } from './fragment-text.ts'
import { guarded } from './guard.ts'

/** `constraint … primary key`. */
export function primaryKeyClause(key: KeyModel): string {
  return `constraint ${quote(key.name)} primary key ${columnList(key.columns)}${deferrableClause(key.deferrable)}`
}

/** `constraint … unique`. */
export function uniqueClause(key: KeyModel): string {
  const unique = key.nullsNotDistinct ? 'unique nulls not distinct' : 'unique'
  return `constraint ${quote(key.name)} ${unique} ${columnList(key.columns)}${deferrableClause(key.deferrable)}`
}

/** `constraint … check`, of a table or of a domain. */
export function checkClause(check: CheckModel): string {
  const ending = check.noInherit ? ' no inherit' : ''
  return `constraint ${quote(check.name)} check (${fragmentText(check.condition)})${ending}`
}

/** `constraint … exclude`. */
export function excludeClause(exclude: ExcludeModel): string {
  const elements = exclude.elements.map(element => {
    const opclass = element.opclass === null ? '' : ` ${operatorClass(element.opclass)}`
    return `${subject(element)}${opclass} with ${operator(exclude, element.with)}`
  })
  const where = exclude.where === null ? '' : ` where (${fragmentText(exclude.where)})`
  const start = `constraint ${quote(exclude.name)} exclude using ${method(exclude.using)}`
  return `${start} (${elements.join(', ')})${where}${deferrableClause(exclude.deferrable)}`
}

/** `constraint … foreign key`. What Postgres does anyway is not said. */
export function foreignKeyClause(model: Model, key: ForeignKeyModel): string {
  const target = targetTable(model, key)
  const words = [
    `constraint ${quote(key.name)} foreign key ${columnList(key.columns)}`,
    `references ${quoteQualified(target)} (${targetNames(target, key).map(quote).join(', ')})`,
  ]
  if (key.match === 'full') words.push('match full')
  if (key.onDelete !== 'no action') words.push(`on delete ${key.onDelete}`)
  if (key.onUpdate !== 'no action') words.push(`on update ${key.onUpdate}`)
  return words.join(' ') + deferrableClause(key.deferrable) + (key.notValid ? ' not valid' : '')
}

/** Adds a constraint to a table that stands, unless the table has one of this name. */
export function addConstraint(table: QualifiedName, name: string, clause: string): string {
  const relation = quoteQualified(table)
  return guarded(
    `select from pg_constraint where conrelid = ${literal(relation)}::regclass and conname = ${literal(name)}`,
    `alter table ${relation} add ${clause}`,
  )
}

/** The table a foreign key points to. */
export function targetTable(model: Model, key: ForeignKeyModel): TableModel {
  const target = model.tableByKey.get(key.target)
  if (target === undefined) throw new SchemaError('unknownKeyTable', key.name, key.target, '')
  return target
}

/** The names in the database of the columns a foreign key points to. */
export function targetNames(target: TableModel, key: ForeignKeyModel): string[] {
  return key.targetColumns.map(column => target.columnByKey.get(column)?.name ?? column)
}

function columnList(columns: readonly ColumnModel[]): string {
  return `(${columns.map(column => quote(column.name)).join(', ')})`
}

/** ` deferrable …`, or nothing. */
export function deferrableClause(deferrable: Deferrable): string {
  if (deferrable === false) return ''
  return deferrable === true ? ' deferrable' : ` deferrable ${deferrable}`
}

/** An operator cannot be quoted, so what is none is refused. */
function operator(exclude: ExcludeModel, given: string): string {
  const text = given.trim()
  if (/^[-+*/<>=~!@#%^&|`?]+$/.test(text) && !/--|\/\*/.test(text)) return text
  if (/^operator\s*\(\s*[\w.]+\.[-+*/<>=~!@#%^&|`?]+\s*\)$/i.test(text) && !/--|\/\*/.test(text)) return text
  throw new SchemaError('notAnOperator', exclude.name, given)
}
