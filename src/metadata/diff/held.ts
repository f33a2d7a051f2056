/** Columns that go by way of text, since Postgres changes or drops no type, no rows of a relation and no collation while a column has it. */
import { quote } from '../../base/identifier.ts'
import { alterTable, change, hazard, label, locked } from '../../ddl/change/change.ts'
import { setDefault } from '../../ddl/change/column.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, Model, QualifiedName, TableModel, TypeModel, ViewModel } from '../../schema/model.ts'
import { sqlType } from '../../schema/sql-type.ts'
import { viewRow } from '../view-row.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { mentions } from './mention.ts'
import { paired } from './pairs.ts'
import { rawName } from './raw-locks.ts'
import { rawObject } from './remade-raw.ts'

/**
 * Ranges and collations that are made again.
 * @param away what else is
 */
export function changedRaws(from: Model, to: Model, away: readonly QualifiedName[]): QualifiedName[] {
  const pairs = paired(from.raw, to.raw, one => one.name).both.filter(([{ kind }]) =>
    /^(?:range|collation)$/.test(kind),
  )
  const found: QualifiedName[] = []
  for (let size = -1; size < found.length; ) {
    size = found.length
    for (const [was, is] of pairs) {
      const own = rawObject(was)
      if (own.every(one => found.some(other => nameOf(other) === nameOf(one)))) continue
      const text = rawStatement(was)
      if (text !== rawStatement(is) || [...away, ...found].some(one => mentions(text, one))) found.push(...own)
    }
  }
  return found
}

/** Whether a type is one of these, or has one in it. A collation of `public` has a place of its own, without its schema. */
export function isOver(type: TypeModel, collate: string | null, held: readonly QualifiedName[]): boolean {
  if (isCollated(collate, held)) return true
  if (type.element !== null) return isOver(type.element, null, held)
  if (type.domain !== null) return isOver(type.domain.base, type.domain.collate, held)
  if (type.composite !== null) return type.composite.fields.some(one => isOver(one.type, null, held))
  return type.enum === null && held.some(one => mentions(sqlType(type), one))
}

/** The relations whose rows are others, so far as Postgres refuses it while a column has them. */
export function changedRows({ from, to, tables, columns, replaced }: Omit<Comparison, 'remade'>): QualifiedName[] {
  const isFilled = (was: TableModel, is: TableModel): boolean =>
    is.columns.some(one => !was.columnByName.has(one.name) && (one.default ?? one.generated ?? one.identity) !== null)
  const isChanged = ([was, is]: readonly [TableModel, TableModel]): boolean =>
    columns.retyped.has(is) || columns.remade.has(is) || isFilled(was, is)
  const found: QualifiedName[] = [
    ...tables.both.filter(isChanged).map(([, is]) => is),
    ...tables.fresh.filter(table => replaced.has(nameOf(table))),
  ]
  for (let size = -1; size < found.length; ) {
    size = found.length
    for (const [was, is] of paired(from.views, to.views, nameOf).both) {
      const text = fragmentText(was.as)
      const isOther = text !== fragmentText(is.as) || found.some(one => mentions(text, one))
      if (isOther && !found.includes(is)) found.push(is)
    }
  }
  return found
}

/** Whether a table has ranges or collations that are made again in its columns, or in what tells its partitions apart. */
export function holdsRaws({ raws }: Pick<Comparison, 'raws'>, { columns, partitionBy }: TableModel): boolean {
  return (
    columns.some(column => isOver(column.type, column.collate, raws)) ||
    (partitionBy?.on.some(one => isCollated(one.collate, raws)) ?? false)
  )
}

function isCollated(collate: string | null, held: readonly QualifiedName[]): boolean {
  return collate !== null && held.some(one => one.name === collate && one.schema === 'public')
}

/**
 * The columns become text, before what holds them changes; those of rows of views before these go. A row whose columns will be others becomes
 * an object, which is read by their names.
 */
export function letGo(comparison: Comparison, of: 'views' | 'others', only?: TableModel): Change[] {
  const { from, tables, columns, raws } = comparison
  return tables.both
    .filter(([was]) => only === undefined || was === only)
    .flatMap(([was, is]) =>
      was.columns
        .filter(column => {
          const isHeld = columns.held.get(is)?.has(column.name) === true
          const isGone = !is.columnByName.has(column.name) && isOver(column.type, column.collate, raws)
          return (isHeld || isGone) && isOver(column.type, null, from.views) === (of === 'views')
        })
        .flatMap(column => [
          ...(column.default === null ? [] : [setDefault(was, column, { ...column, default: null })]),
          letOneGo(was, column, isOtherRow(comparison, column.type) ? 'jsonb' : 'text'),
        ]),
    )
}

/** Whether a text is a value of the type, as it stands. */
export function isKeptAsText({ domain, ...type }: TypeModel): boolean {
  if (domain !== null) return domain.checks.length === 0 && !domain.notNull && isKeptAsText(domain.base)
  return /^text\b(?!.*\[\])/.test(sqlType({ domain, ...type }))
}

/** Whether a value of the type is a text, as it stands. */
export function isText(type: TypeModel): boolean {
  return type.domain === null ? /^(?:text|character varying)\b(?!.*\[\])/.test(sqlType(type)) : isText(type.domain.base)
}

/** Whether a type is the row of a relation that will have other columns. */
export function isOtherRow({ from, to }: Pick<Comparison, 'from' | 'to'>, type: TypeModel): boolean {
  if (type.custom === null) return false
  const text = sqlType(type)
  const columns = (table: TableModel): string => table.columns.map(column => column.name).join('\0')
  const row = (view: ViewModel): string => viewRow(view.as)?.join('\0\0') ?? ''
  const tables = paired(from.tables, to.tables, nameOf).both.find(([, is]) => rawName(is) === text)
  if (tables !== undefined) return columns(tables[0]) !== columns(tables[1])
  const views = paired(from.views, to.views, nameOf).both.find(([, is]) => rawName(is) === text)
  return views !== undefined && row(views[0]) !== row(views[1])
}

function letOneGo(table: TableModel, column: ColumnModel, to: 'text' | 'jsonb'): Change {
  const object = label(table, column.name)
  const name = quote(column.name)
  const message = `all rows of '${label(table)}' are written anew, and nobody can read or write them meanwhile`
  const using = to === 'jsonb' ? `to_jsonb(${name})` : `${name}::text`
  // A collation alone leaves rows as they are.
  const rewrites = !isText(column.type)
  return change('alter type', object, alterTable(table, `alter column ${name} type ${to} using ${using}`), {
    locks: locked('ACCESS EXCLUSIVE', table),
    rewrites,
    hazards: rewrites ? [hazard('blocks', 'alter type', object, message, table)] : [],
  })
}
