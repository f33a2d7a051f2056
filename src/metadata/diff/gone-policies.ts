/** Policies of tables that go: most go with them. */
import { policyStatement } from '../../ddl/policy.ts'
import type { QualifiedName, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { functionQualifiedName, nameOf } from './identity.ts'
import { mayRead, mentions } from './mention.ts'
import { once } from './once.ts'
import { paired } from './pairs.ts'
import { rawObject } from './remade-raw.ts'

/** Whether a policy holds on to something else that goes or changes, which its table may come after. */
export function isInWay(comparison: Comparison, table: TableModel, policy: TableModel['policies'][number]): boolean {
  const { going, columns } = leaving(comparison)
  const text = policyStatement(table, policy)
  const isOther = (one: QualifiedName): boolean => nameOf(one) !== nameOf(table)
  return (
    going.some(one => isOther(one) && mentions(text, one)) ||
    columns.some(([one, names]) => mentions(text, one) && mayRead(text, names))
  )
}

const leaving = once(({ from, tables, columns }: Comparison) => ({
  going: [...tables.gone, ...from.views, ...from.functions.map(functionQualifiedName), ...from.raw.flatMap(rawObject)],
  columns: tables.both.flatMap(([was, is]): (readonly [TableModel, readonly string[]])[] => {
    const gone = paired(was.columns, is.columns, column => column.name).gone.map(column => column.name)
    const names = [...gone, ...(columns.retyped.get(is) ?? []), ...(columns.remade.get(is) ?? [])]
    return names.length === 0 ? [] : [[is, names]]
  }),
}))
