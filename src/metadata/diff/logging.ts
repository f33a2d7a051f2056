/** Tables that are logged from now on, and tables that no longer are. */
import { setLogged } from '../../ddl/change/table.ts'
import { targetTable } from '../../ddl/constraint.ts'
import type { Change } from '../../schema/change.ts'
import type { Model, TableModel } from '../../schema/model.ts'
import { nameOf } from './identity.ts'
import type { Pairs } from './pairs.ts'

/** No table that is logged may point to one that is not, so those that point to others go first. */
export function unlogging(tables: Pairs<TableModel>): Change[] {
  return turned(tables, 'unlogged')
    .toReversed()
    .map(is => setLogged(is))
}

/** And those that are pointed to come first. */
export function logging(tables: Pairs<TableModel>): Change[] {
  return turned(tables, 'logged').map(is => setLogged(is))
}

/** The foreign keys, as `table name`, that cannot stand meanwhile: of tables that point to each other none can be the first. */
export function keysBetweenTurns(to: Model, tables: Pairs<TableModel>): string[] {
  return (['unlogged', 'logged'] as const).flatMap(state => {
    const places = new Map(turned(tables, state).map((table, at) => [table, at]))
    return [...places].flatMap(([table, at]) =>
      table.foreignKeys
        .filter(key => (places.get(targetTable(to, key)) ?? at) > at)
        .map(key => `${nameOf(table)} ${key.name}`),
    )
  })
}

/** The tables that are so now and were not, parents first. */
function turned({ both }: Pairs<TableModel>, state: 'logged' | 'unlogged'): TableModel[] {
  const isUnlogged = state === 'unlogged'
  return both.flatMap(([was, is]) => (was.unlogged !== is.unlogged && is.unlogged === isUnlogged ? [is] : []))
}
