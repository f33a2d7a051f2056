/** Which constraints cannot be part of `create table`. */
import { quote } from '../base/identifier.ts'
import type { TableModel } from '../schema/model.ts'
import { excludeClause, uniqueClause } from './constraint.ts'

export interface RepeatedConstraint {
  readonly kind: 'unique' | 'exclude'
  readonly name: string
  readonly clause: string
}

/**
 * The unique constraints on the columns of a key before them, and exclusions that say what one before them does: within one `create table`
 * Postgres makes a single one of both, so they are added to the table that stands.
 */
export function repeatedConstraints({
  primaryKey,
  uniques,
  excludes,
}: Pick<TableModel, 'primaryKey' | 'uniques' | 'excludes'>): RepeatedConstraint[] {
  const said = (name: string, what: unknown) => ({ name, said: JSON.stringify(what) })
  const columns = (key: TableModel['uniques'][number]) => key.columns.map(column => column.name)
  const all = [
    ...(primaryKey === null ? [] : [said(primaryKey.name, columns(primaryKey))]),
    ...uniques.map(key => said(key.name, columns(key))),
    ...excludes.map(exclude =>
      said(exclude.name, excludeClause(exclude).slice(`constraint ${quote(exclude.name)}`.length)),
    ),
  ]
  const first = new Map(all.toReversed().map(one => [one.said, one.name]))
  const repeated = new Set(all.filter(one => first.get(one.said) !== one.name).map(one => one.name))
  return [
    ...uniques.map(key => ({ kind: 'unique' as const, name: key.name, clause: uniqueClause(key) })),
    ...excludes.map(exclude => ({ kind: 'exclude' as const, name: exclude.name, clause: excludeClause(exclude) })),
  ].filter(one => repeated.has(one.name))
}
