/** Constraints and indexes that have other names now. */
import { renameConstraint } from '../../ddl/change/constraint.ts'
import { renameIndex } from '../../ddl/change/table-index.ts'
import type { Change } from '../../schema/change.ts'
import type { QualifiedName } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { paired } from './pairs.ts'
import { type Renaming, renamedInOrder } from './rename-order.ts'
import { constraintFate, indexFate } from './table-parts.ts'

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
      ...constraintFate(comparison, was, is).renamed.map(([old, one]) => ({
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
