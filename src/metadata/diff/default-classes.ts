/** Operator classes that indexes have without saying so: those that are the default of a type. */
import { rawStatement } from '../../ddl/raw.ts'
import { sqlType } from '../../schema/sql-type.ts'
import type { TableModel, TypeModel, ViewModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { mentions, namesColumn } from './mention.ts'
import { once } from './once.ts'

interface DefaultClass {
  /** As Postgres prints it. */
  readonly type: string
  readonly method: string
}

/** Those that are made again. */
const remadeDefaults = once(({ from, remade }: Comparison): readonly DefaultClass[] =>
  from.raw.flatMap(raw => {
    if (raw.kind !== 'operator class' || !remade.raw.has(raw.name)) return []
    const [, type, method] = / default for type (.+?) using (\w+) /.exec(rawStatement(raw)) ?? []
    return type === undefined || method === undefined ? [] : [{ type, method }]
  }),
)

/** Whether an index or a key may have one that is made again. What an expression gives is not known. */
export function hasRemadeDefault(comparison: Comparison, relation: TableModel | ViewModel, text: string): boolean {
  if (/^(?:check|foreign key) /.test(text)) return false
  const method = / using (\w+) /.exec(text)?.[1] ?? 'btree'
  const classes = remadeDefaults(comparison).filter(one => one.method === method)
  if (classes.length === 0) return false
  if (!('columnByName' in relation) || / using \w+ \((?:.*, )?\(/.test(text)) return true
  return relation.columns.some(
    column => namesColumn(text, column.name) && classes.some(one => isOf(column.type, one.type)),
  )
}

function isOf(type: TypeModel, text: string): boolean {
  if (type.domain !== null) return isOf(type.domain.base, text)
  const named = type.composite ?? type.enum
  return named === null ? sqlType(type) === text : mentions(text, named)
}
