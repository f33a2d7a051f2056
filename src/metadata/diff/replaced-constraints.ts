/** Constraints whose meaning is another, while nothing stands between the old one and the new one: the one takes the place of the other. */
import { indexBeside, replaceCheck, replaceExclude, replaceKey } from '../../ddl/change/replaced-constraint.ts'
import type { Change } from '../../schema/change.ts'
import type { TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { namesColumn } from './mention.ts'
import { heldNames } from './name-clash.ts'
import { once } from './once.ts'
import { type Constraint, constraintFate } from './table-parts.ts'

/** What puts the constraint in the place of the one of its name; null where that one must go before. Foreign keys come with their targets. */
export function inPlace(comparison: Comparison, was: TableModel, is: TableModel, to: Constraint): Change[] | null {
  const from = constraintFate(comparison, was, is).changed.find(([, one]) => one === to)?.[0]
  if (from === undefined || !staysUntilThen(comparison, was, is, from, to)) return null
  if (to.kind === 'check') return replaceCheck(is, from.clause, to.check)
  if (to.kind === 'exclude') return [replaceExclude(is, from.clause, to.exclude)]
  if (to.kind === 'foreign key' || from.kind !== to.kind) return null
  return replaceKey(is, from.key, from.clause, to.key, to.kind)
}

/** Whether the old one stands until its successor comes. */
function staysUntilThen(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  from: Constraint,
  to: Constraint,
): boolean {
  if (from.kind !== to.kind || !(isAlone(comparison, was) && isAlone(comparison, is))) return false
  const isLost = ({ name }: { readonly name: string }): boolean =>
    !is.columnByName.has(name) && namesColumn(from.clause, name)
  if (was.columns.some(isLost)) return false
  if (from.kind === 'primary key' && from.key.columns.some(({ name }) => is.columnByName.get(name)?.nullable !== false))
    return false
  if (to.kind !== 'primary key' && to.kind !== 'unique') return true
  const index = nameOf({ schema: is.schema, name: indexBeside(to.key) })
  return ![comparison.from, comparison.to].some(model => heldNames(model).has(index))
}

/** Whether nothing of a table is another's too. */
function isAlone(comparison: Comparison, table: TableModel): boolean {
  return (
    table.partitionBy === null &&
    table.partitionOf === null &&
    table.inherits.length === 0 &&
    !inherited(comparison).has(nameOf(table))
  )
}

/** The tables that others inherit from, before or after. */
const inherited = once(
  ({ from, to }: Comparison): ReadonlySet<string> =>
    new Set(
      [from, to].flatMap(model =>
        model.tables.flatMap(table =>
          table.inherits.flatMap(key => {
            const above = model.tableByKey.get(key)
            return above === undefined ? [] : [nameOf(above)]
          }),
        ),
      ),
    ),
)
