/** A constraint that takes the place of another of its name in one statement, so that rows are held to the one or the other at any moment. */
import { derivedName, quote } from '../../base/identifier.ts'
import type { Change, TableLock } from '../../schema/change.ts'
import type { CheckModel, ExcludeModel, ForeignKeyModel, KeyModel, Model, TableModel } from '../../schema/model.ts'
import { checkClause, foreignKeyClause, targetTable } from '../constraint.ts'
import { alterTable, change, label, locked } from './change.ts'
import { addExclude, buildKey, usingIndex, validateCheck, validateForeignKey } from './constraint.ts'
import { isWider } from './listed-check.ts'

/**
 * It cannot fail on rows that the old one held to fewer values.
 * @param from the clause of the one before
 */
export function replaceCheck(table: TableModel, from: string, check: CheckModel): Change[] {
  const validated = validateCheck(table, check)
  return [
    replaced(table, check.name, from, `${checkClause(check)} not valid`),
    isWider(from, checkClause(check)) ? { ...validated, hazards: [] } : validated,
  ]
}

/** The new one's index is built beside the old one. It cannot fail on rows that the old one tells apart by fewer columns. */
export function replaceKey(
  table: TableModel,
  old: KeyModel,
  from: string,
  key: KeyModel,
  kind: 'primary key' | 'unique',
): Change[] {
  const index = indexBeside(key)
  const built = buildKey(table, key, kind, index)
  const names = key.columns.map(column => column.name)
  const isWeaker =
    old.columns.every(column => names.includes(column.name)) && (old.nullsNotDistinct || !key.nullsNotDistinct)
  return [isWeaker ? { ...built, hazards: [] } : built, replaced(table, key.name, from, usingIndex(key, kind, index))]
}

/** What the index of a key is called until it takes the place of the one before. */
export function indexBeside(key: KeyModel): string {
  return derivedName(key.name, '', 'new')
}

export function replaceExclude(table: TableModel, from: string, exclude: ExcludeModel): Change {
  const { sql, scans, hazards } = addExclude(table, exclude)
  const clause = sql.slice(alterTable(table, 'add ').length)
  return { ...replaced(table, exclude.name, from, clause), scans, hazards }
}

/** It cannot fail on rows that the old one holds to the same. */
export function replaceForeignKey(
  before: Model,
  from: ForeignKeyModel,
  model: Model,
  table: TableModel,
  key: ForeignKeyModel,
): Change[] {
  const [was, is] = [targetTable(before, from), targetTable(model, key)]
  const isSame = (one: TableModel, other: TableModel): boolean => one.schema === other.schema && one.name === other.name
  const targets = [
    ...(isSame(was, table) ? [] : locked('ACCESS EXCLUSIVE', was)),
    ...(isSame(is, table) || isSame(is, was) ? [] : locked('SHARE ROW EXCLUSIVE', is)),
  ]
  const clause = foreignKeyClause(model, { ...key, notValid: true })
  const made = replaced(table, key.name, foreignKeyClause(before, from), clause, targets)
  if (key.notValid) return [made]
  const validated = validateForeignKey(model, table, key)
  return [made, saysSame(from, key) && isSame(was, is) ? { ...validated, hazards: [] } : validated]
}

/** Whether two keys hold rows to the same, whatever becomes of them. */
function saysSame(from: ForeignKeyModel, to: ForeignKeyModel): boolean {
  const names = ({ columns }: ForeignKeyModel): string => JSON.stringify(columns.map(column => column.name))
  const targets = (key: ForeignKeyModel): string => JSON.stringify(key.targetColumns)
  return !from.notValid && from.match === to.match && names(from) === names(to) && targets(from) === targets(to)
}

function replaced(
  table: TableModel,
  name: string,
  from: string,
  to: string,
  targets: readonly TableLock[] = [],
): Change {
  const sql = (clause: string): string => alterTable(table, `drop constraint ${quote(name)}, add ${clause}`)
  return change('replace constraint', label(table, name), sql(to), {
    inverse: sql(from),
    locks: [...locked('ACCESS EXCLUSIVE', table), ...targets],
  })
}
