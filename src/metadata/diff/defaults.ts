/** Defaults of columns, and what they stand in the way of. */
import { setDefault } from '../../ddl/change/column.ts'
import { defaultExpression } from '../../ddl/default.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, TableModel } from '../../schema/model.ts'
import { callsRemade, type Comparison, namesRemade } from './comparison.ts'
import { nextValue } from './plain-serials.ts'
import { leavingIdentities } from './sequence-names.ts'

/** The expression as SQL; nothing where there is none. */
export function defaultText(column: ColumnModel): string {
  return column.default === null ? '' : defaultExpression(column.type, column.default)
}

/** Whether it is of something that is taken away and made again. */
export function isBroken(comparison: Comparison, column: ColumnModel): boolean {
  if (column.default === null) return false
  const text = defaultText(column)
  if (namesRemade(comparison, text)) return true
  const { from, to } = comparison
  return text.includes('nextval(') && leavingIdentities(from, to).some(one => text.includes(nextValue(one)))
}

/** Defaults that call a function which is taken away, or ask the sequence of an identity that is, are taken off before. */
export function brokenDefaults(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const isInWay = (old: ColumnModel): boolean =>
    is.columnByName.has(old.name) ? isBroken(comparison, old) : callsRemade(comparison, defaultText(old))
  return was.columns.filter(isInWay).map(old => setDefault(was, old, { ...old, default: null }))
}
