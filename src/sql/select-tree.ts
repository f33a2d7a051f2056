/**
 * Rows of a table and, with them, those that relations lead to, of any depth, as one statement. Pure.
 *
 * Nothing is nested: each level is a table expression that goes by the keys of the one before, and the statement gives the rows of all,
 * one level after the other, each with its number. Every value has a column of its own type, so it is read as it is anywhere else, and
 * a row that many lead to comes once. JSON would print dates, numbers and bytes its own way, and would be made anew for every parent,
 * by as many searches as there are parents.
 */
import { quote } from '../base/identifier.ts'
import type { ColumnModel, RelationModel, TableModel } from '../schema/model.ts'
import {
  clause,
  givenKeys,
  type KeyTexts,
  relatedParts,
  type RelatedSelection,
  selectParts,
  type SelectOptions,
} from './select.ts'
import { places, type Placed } from './tree-places.ts'
import type { Statement } from '../base/statement.ts'
import { type Source, Writing } from './where.ts'

/** A relation to be read in the same statement as the rows it leaves from. */
export interface Branch {
  readonly relation: RelationModel
  readonly options: SelectOptions
  readonly inner: readonly Branch[]
}

/** What a tree begins with: rows of a table, or those that a relation leads to from keys that are known. */
export type Root =
  | { readonly table: TableModel; readonly options: SelectOptions }
  | {
      readonly relation: RelationModel
      readonly keys: readonly (readonly unknown[])[]
      readonly options: SelectOptions
    }

/** One level: its columns, and as of any relation, what tells whose each row is. */
export interface Level extends Omit<RelatedSelection, 'statement'> {
  readonly table: TableModel
}

export interface TreeSelection {
  readonly statement: Statement
  /** The root, and then each branch after the one that it is of, depth first. */
  readonly levels: readonly (Level & Placed)[]
  /** How many columns stand before the levels': the number of the level and, where there is an order, that of the row. */
  readonly ahead: number
}

interface Written extends Level {
  readonly text: string
  readonly isOrdered: boolean
}

/** @throws SessionError for whatever is wrong in the options, by its path */
export function selectTree(source: Source, root: Root, branches: readonly Branch[]): TreeSelection {
  const writing = new Writing(source)
  const levels: Written[] = []
  const add = (level: Written, inner: readonly Branch[]): void => {
    const name = nameOf(levels.push(level) - 1)
    for (const { relation, options, inner: next } of inner) {
      const keys = keysFrom(name, nearColumns(relation, level.table))
      add(
        relatedLevel(writing, relation, () => keys, options, next),
        next,
      )
    }
  }
  const first =
    'table' in root
      ? rootLevel(writing, root.table, root.options, branches)
      : relatedLevel(writing, root.relation, by => givenKeys(writing, by, root.keys), root.options, branches)
  add(first, branches)
  const isOrdered = levels.some(level => level.isOrdered)
  const placed = places(levels)
  const expressions = levels.map(({ text }, at) => `${nameOf(at)} as (${text})`)
  const selects = levels.map((level, at) => {
    const number = isOrdered ? [level.isOrdered ? '"#"' : 'null::bigint'] : []
    const given = [...level.lead.map((_, key) => leadName(key)), ...level.columns.map(({ name }) => quote(name))]
    const values = placed.types.map((type, place) => {
      const found = placed.levels[at]?.indexOf(place) ?? -1
      return found < 0 ? `null::${type}` : (given[found] ?? '')
    })
    return `select ${[String(at), ...number, ...values].join(', ')} from ${nameOf(at)}`
  })
  const text = `with ${expressions.join(', ')} ${selects.join(' union all ')}${isOrdered ? ' order by 1, 2' : ''}`
  return {
    statement: { text, values: writing.values },
    levels: levels.map(({ table, columns, lead, by }, at) => ({
      ...{ table, columns, lead, by },
      places: placed.levels[at] ?? [],
    })),
    ahead: isOrdered ? 2 : 1,
  }
}

function nameOf(level: number): string {
  return quote(`level ${level}`)
}

/** The parent's key in a join table, among the columns of the row it leads to. */
function leadName(at: number): string {
  return quote(`#${at}`)
}

function rootLevel(writing: Writing, table: TableModel, options: SelectOptions, inner: readonly Branch[]): Written {
  const { alias, columns, order, rest } = selectParts(writing, table, options)
  const made = { table, columns, lead: [], by: [], isOrdered: order !== '' }
  const select = `select ${texts(alias, table, columns, inner).join(', ')}${rest}`
  // Numbered after they were cut off, so that the server need not sort those that are not asked for.
  return { ...made, text: order === '' ? select : `select s.*, row_number() over () as "#" from (${select}) as s` }
}

function relatedLevel(
  writing: Writing,
  relation: RelationModel,
  keysOf: (by: readonly ColumnModel[]) => KeyTexts,
  options: SelectOptions,
  inner: readonly Branch[],
): Written {
  const table = writing.table(relation.target)
  const { alias, columns, lead, by, own, keys, from, given, order, limit } = relatedParts(
    writing,
    relation,
    keysOf,
    options,
  )
  const made = { table, columns, lead, by, isOrdered: order !== '' }
  const values = [
    ...lead.map((_, at) => `${own[at]} as ${leadName(at)}`),
    ...texts(alias, table, columns, inner),
    ...(order === '' ? [] : [`row_number() over (order by ${order}) as "#"`]),
  ].join(', ')
  if (limit === null) {
    return { ...made, text: `select ${values} from ${from} where ${keys.among(own)}${clause(' and ', given)}` }
  }
  const names = by.map((_, at) => quote(String(at)))
  const match = own.map((name, at) => `${name} = k.${names[at]}`).join(' and ')
  const each =
    `select ${values} from ${from} where ${match}${clause(' and ', given)}` + `${clause(' order by ', order)}${limit}`
  return {
    ...made,
    text: `select r.* from ${keys.rows} as k(${names.join(', ')}) cross join lateral (${each}) as r`,
  }
}

/** The columns to be read, and the others by which relations go on from them. */
function texts(
  alias: string,
  table: TableModel,
  columns: readonly ColumnModel[],
  inner: readonly Branch[],
): readonly string[] {
  const needed = new Set([...columns, ...inner.flatMap(({ relation }) => nearColumns(relation, table))])
  return [...needed].map(({ name }) => `${alias}.${quote(name)}`)
}

/** The columns of a table by which a relation leaves from it. */
export function nearColumns(relation: RelationModel, table: TableModel): readonly ColumnModel[] {
  if (relation.kind === 'one') return relation.key.columns
  const near = relation.kind === 'link' ? relation.near : relation.key
  return near.targetColumns.flatMap(key => table.columnByKey.get(key) ?? [])
}

/** Keys that are columns of the level before. */
function keysFrom(level: string, columns: readonly ColumnModel[]): KeyTexts {
  const names = columns.map(({ name }) => quote(name)).join(', ')
  return {
    among: own => `${own.length === 1 ? own[0] : `(${own.join(', ')})`} in (select ${names} from ${level})`,
    rows: `(select distinct ${names} from ${level})`,
  }
}
