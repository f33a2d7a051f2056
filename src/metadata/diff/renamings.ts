/** Constraints and indexes that have other names now. */
import { renameConstraint } from '../../ddl/change/constraint.ts'
import { renameIndex } from '../../ddl/change/table-index.ts'
import type { Change } from '../../schema/change.ts'
import type { QualifiedName, TableModel } from '../../schema/model.ts'
import { followed } from './attachment.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { paired } from './pairs.ts'
import { type Renaming, renamedInOrder } from './rename-order.ts'
import { type Constraint, constraintFate, indexFate } from './table-parts.ts'

/** They get their names before others come that want the old ones, and each after the one that has its name. */
export function renamings(comparison: Comparison): Change[] {
  const { from, to, tables, remade } = comparison
  const views = paired(from.views, to.views, nameOf).both.filter(
    ([was, is]) => was.materialized === is.materialized && !remade.views.has(nameOf(is)),
  )
  const ofIndexes = (is: QualifiedName, renamed: ReturnType<typeof indexFate>['renamed']): Renaming[] =>
    renamed.map(([old, one]) => ({
      schema: is.schema,
      from: old.name,
      to: one.name,
      make: (before, after) => renameIndex(is, before, after),
    }))
  return renamedInOrder([
    ...tables.both.flatMap(([was, is]) => [
      ...constraintFate(comparison, was, is)
        .renamed.filter(pair => !isRenamedAbove(comparison, was, is, pair))
        .map(([old, one]) => ({
          schema: is.schema,
          from: old.name,
          to: one.name,
          make: (before: string, after: string) => renameConstraint(is, before, after),
        })),
      ...ofIndexes(is, indexFate(comparison, was, is).renamed),
    ]),
    ...views.flatMap(([was, is]) => ofIndexes(is, indexFate(comparison, was, is).renamed)),
  ])
}

/** A partition has the checks of the table above under their names, whatever these are. */
function isRenamedAbove(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  [old, one]: readonly [Constraint, Constraint],
): boolean {
  const parent = followed(comparison, was, is)
  if (one.kind !== 'check' || parent === undefined) return false
  return constraintFate(comparison, ...parent).renamed.some(
    ([before, after]) => before.kind === 'check' && before.name === old.name && after.name === one.name,
  )
}
