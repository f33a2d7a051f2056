/** A schema as what a diagram shows of it: tables, their columns, and which key leads to which table. */
import type { ForeignKeyModel, Model, TableModel } from '../../schema/model.ts'
import { sqlType } from '../../schema/sql-type.ts'

export interface DiagramColumn {
  /** As the database names it. */
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** What keys it is part of: a primary key, one that leads elsewhere, one that is unique. */
  readonly marks: readonly ('PK' | 'FK' | 'UK')[]
  readonly comment: string | null
}

export interface DiagramTable {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly columns: readonly DiagramColumn[]
  /** How many tables are partitions of it; those are not drawn. */
  readonly partitions: number
}

/** A foreign key; tables and columns are places in their lists. */
export interface DiagramKey {
  readonly name: string
  readonly from: number
  readonly columns: readonly number[]
  readonly to: number
  /** Whether a row may point nowhere. */
  readonly nullable: boolean
  /** Whether at most one row points to each. */
  readonly unique: boolean
}

export interface Diagram {
  readonly tables: readonly DiagramTable[]
  readonly keys: readonly DiagramKey[]
}

/** What a diagram shows of a Model, in the order of the literal. */
export function diagramOf(model: Model): Diagram {
  const shown = model.tables.filter(table => table.partitionOf === null)
  const place = new Map(shown.map((table, at) => [table.key, at]))
  const keys = shown.flatMap((table, from) =>
    table.foreignKeys.flatMap((key): DiagramKey[] => {
      const to = place.get(key.target)
      if (to === undefined) return []
      return [
        {
          name: key.name,
          from,
          columns: key.columns.map(column => table.columns.indexOf(column)),
          to,
          nullable: key.columns.some(column => column.nullable),
          unique: isUnique(table, key),
        },
      ]
    }),
  )
  return { tables: shown.map(table => tableOf(table, model)), keys }
}

function tableOf(table: TableModel, model: Model): DiagramTable {
  const columns = table.columns.map((column): DiagramColumn => {
    const has = (keys: readonly { readonly columns: readonly object[] }[]) =>
      keys.some(key => key.columns.includes(column))
    const alone = table.uniques.filter(key => key.columns.length === 1)
    const isKey = table.primaryKey?.columns.includes(column) === true
    const marks = [
      ...(isKey ? (['PK'] as const) : []),
      ...(has(table.foreignKeys) ? (['FK'] as const) : []),
      ...(has(alone) && !isKey ? (['UK'] as const) : []),
    ]
    return {
      name: column.name,
      type: shortType(sqlType(column.type)),
      nullable: column.nullable,
      marks,
      comment: column.comment,
    }
  })
  return {
    schema: table.schema,
    name: table.name,
    comment: table.comment,
    columns,
    partitions: partitionsOf(table, model),
  }
}

function partitionsOf(table: TableModel, model: Model): number {
  const own = table.partitionBy?.partitions.length ?? 0
  return own + model.tables.filter(one => one.partitionOf?.table === table.key).length
}

/** Types that have a shorter name, which Postgres takes too. */
function shortType(type: string): string {
  return type
    .replaceAll('"', '')
    .replace(/^timestamp(\(\d\))? with time zone/, 'timestamptz$1')
    .replace(/^timestamp(\(\d\))? without time zone/, 'timestamp$1')
    .replace(/^time(\(\d\))? with time zone/, 'timetz$1')
    .replace(/^time(\(\d\))? without time zone/, 'time$1')
    .replace(/^character varying/, 'varchar')
    .replace(/^character/, 'char')
}

function isUnique(table: TableModel, key: ForeignKeyModel): boolean {
  const unique = [
    ...(table.primaryKey === null ? [] : [table.primaryKey.columns]),
    ...table.uniques.map(one => one.columns),
    ...table.indexes
      .filter(one => one.unique && one.where === null)
      .map(one => one.elements.map(element => ('column' in element ? element.column : null))),
  ]
  return unique.some(columns => columns.every(column => column !== null && key.columns.includes(column)))
}
