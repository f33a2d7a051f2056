/** Constraints and indexes that have other names now. */
import { derivedName } from '../../base/identifier.ts'
import { renameConstraint } from '../../ddl/change/constraint.ts'
import { renameIndex } from '../../ddl/change/table-index.ts'
import type { Change } from '../../schema/change.ts'
import type { QualifiedName } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { paired } from './pairs.ts'
import { constraintFate, indexFate } from './table-parts.ts'

interface Renaming {
  readonly schema: string
  readonly from: string
  readonly to: string
  make(from: string, to: string): Change
}

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
  return inOrder([
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

/** Where names go round in a ring, one steps aside first. */
function inOrder(renamings: readonly Renaming[]): Change[] {
  const changes: Change[] = []
  let left = [...renamings]
  while (left.length > 0) {
    const taken = new Set(left.map(({ schema, from }) => nameOf({ schema, name: from })))
    const ready = left.filter(({ schema, to }) => !taken.has(nameOf({ schema, name: to })))
    const [first] = left
    if (ready.length === 0 && first !== undefined) {
      const aside = derivedName(first.from, '', 'aside')
      changes.push(first.make(first.from, aside))
      left = [...left.slice(1), { ...first, from: aside }]
    }
    changes.push(...ready.map(one => one.make(one.from, one.to)))
    left = left.filter(one => !ready.includes(one))
  }
  return changes
}
