/** What becomes of the columns that both schemas have, as far as others must give way to it. */
import { hasCast } from '../../ddl/change/cast.ts'
import { typeText } from '../../ddl/change/column.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import type { ColumnModel, QualifiedName, TableModel, TypeModel } from '../../schema/model.ts'
import { sqlType } from '../../schema/sql-type.ts'
import { nameOf } from './identity.ts'
import { mentions, namesColumn } from './mention.ts'
import { paired, type Pairs } from './pairs.ts'

type Names = ReadonlyMap<TableModel, ReadonlySet<string>>

export interface ColumnFates {
  /** Of the tables as they shall be: the names of columns whose type is another. */
  readonly retyped: Names
  /** Of those that are dropped and added again, since what generates them cannot be changed as they stand. */
  readonly remade: Names
  /** Of those that are generated in another way as they stand, whose values are others then. */
  readonly altered: Names
  /** Of those whose type is another or is changed itself: they are of text for the while. */
  readonly held: Names
}

/** @param away what is taken away and made again, or goes */
export function columnFates(
  tables: Pairs<TableModel>,
  version: number,
  remadeTypes: ReadonlySet<string>,
  away: readonly QualifiedName[],
  isHeld: (column: ColumnModel) => boolean,
): ColumnFates {
  const retyped = new Map<TableModel, Set<string>>()
  const remade = new Map<TableModel, Set<string>>()
  const altered = new Map<TableModel, Set<string>>()
  const held = new Map<TableModel, Set<string>>()
  for (const [was, is] of tables.both) {
    const pairs = paired(was.columns, is.columns, column => column.name).both
    const parting = pairs.filter(([old]) => isHeld(old)).map(([, { name }]) => name)
    const others = pairs
      .filter(([old, column]) => changesType(old, column, remadeTypes) || isHeld(old))
      .map(([, { name }]) => name)
    const anew = pairs.filter(pair => isRemade(pair, version, remadeTypes, others, away)).map(([, { name }]) => name)
    if (anew.length > 0) remade.set(is, new Set(anew))
    const set = pairs
      .filter(([old, column]) => generationChange(old, column, version) === 'altered')
      .map(([, { name }]) => name)
    if (set.length > 0) altered.set(is, new Set(set))
    const kept = others.filter(name => !anew.includes(name))
    if (kept.length > 0) retyped.set(is, new Set(kept))
    const throughText = kept.filter(name => parting.includes(name))
    if (throughText.length > 0) held.set(is, new Set(throughText))
  }
  return { retyped, remade, altered, held }
}

function isRemade(
  [old, column]: readonly [ColumnModel, ColumnModel],
  version: number,
  remadeTypes: ReadonlySet<string>,
  retyped: readonly string[],
  away: readonly QualifiedName[],
): boolean {
  const change = generationChange(old, column, version)
  if (change === 'remade') return true
  if (old.generated === null || change === 'dropped') return false
  const text = fragmentText(old.generated)
  if (retyped.some(name => name !== column.name && namesColumn(text, name))) return true
  if (away.some(one => mentions(text, one))) return true
  return (
    retyped.includes(column.name) && (isMadeOf(column.type, remadeTypes) || !hasCast(typeText(old), typeText(column)))
  )
}

/**
 * What becomes of what generates a column: nothing, it is taken away and the values stay, it is another from now on, or the column is another.
 */
export function generationChange(
  from: ColumnModel,
  to: ColumnModel,
  version: number,
): 'none' | 'dropped' | 'altered' | 'remade' {
  const text = ({ generated, stored }: ColumnModel): string =>
    generated === null ? '' : `${stored ? 'stored' : 'virtual'} ${fragmentText(generated)}`
  if (text(from) === text(to)) return 'none'
  if (from.generated !== null && to.generated === null && from.stored) return 'dropped'
  const isSame = from.generated !== null && to.generated !== null && from.stored === to.stored
  return isSame && version >= 170000 && sqlType(from.type) === sqlType(to.type) ? 'altered' : 'remade'
}

/** Whether the column's type is another, or has the same name and is made anew. */
export function changesType(from: ColumnModel, to: ColumnModel, remadeTypes: ReadonlySet<string>): boolean {
  return typeText(from) !== typeText(to) || isMadeOf(to.type, remadeTypes)
}

/** Whether a type is one of these, or an array of one. */
export function isMadeOf(type: TypeModel, types: ReadonlySet<string>): boolean {
  const named = type.enum ?? type.domain ?? type.composite
  if (named !== null && types.has(nameOf(named))) return true
  return type.element !== null && isMadeOf(type.element, types)
}

/** Whether what is generated goes: it does so before what it is made of changes. */
export function isGoneGenerated(is: TableModel, column: ColumnModel): boolean {
  return column.generated !== null && !is.columnByName.has(column.name)
}
