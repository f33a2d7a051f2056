/** Which class the object of a row is of. */
import { EngineError } from '../base/errors.ts'
import type { ColumnModel, Model, TableModel } from '../schema/model.ts'
import type { View } from '../sql/view.ts'
import { isSame } from './deep-value.ts'
import type { GivenRow } from './give.ts'
import { type Lineage, viewsOf } from './lineage.ts'

// biome-ignore lint/suspicious/noExplicitAny: a parameter that accepts every class must take what each of them takes
export type AnyEntityClass = new (...parameters: any[]) => object

/** What Entity knows of a class. */
export interface Belonging extends Lineage {
  readonly model: Model
  readonly table: TableModel
  /** The values that tell the class's rows from others of the table; null for all rows. */
  readonly when: GivenRow | null
  /** The class whose rows its own continue; null for one that stands on its own table alone. */
  readonly above: AnyEntityClass | null
}

/** A class that was registered. */
export interface Known extends Belonging {
  readonly made: AnyEntityClass
}

const belongings = new WeakMap<object, Belonging>()

export function belong(made: object, belonging: Belonging): void {
  belongings.set(made, belonging)
}

export function belongingOf(made: object | null): Belonging | null {
  if (made === null) return null
  return belongings.get(made) ?? belongingOf(Object.getPrototypeOf(made) as object | null)
}

/** The classes of an engine. */
export interface Classes {
  readonly isNone: boolean
  /** How the tables of joined classes are read; null where there are none. */
  readonly views: ReadonlyMap<TableModel, View> | null
  /** The class for a row of a table: of those that it has the values of, or else one for all rows; null for none. */
  of(table: TableModel, row: GivenRow): Known | null
  /** The class for a row that is made: where it does not say of which it is, that of the table itself. */
  made(table: TableModel, row: GivenRow): Known | null
}

/** @throws EngineError for two classes that would be told by the same values */
export function classesOf(given: readonly AnyEntityClass[]): Classes {
  const byTable = new Map<TableModel, Known[]>()
  for (const known of knownOf(given)) {
    for (const table of known.tables) {
      const list = byTable.get(table) ?? []
      byTable.set(table, list)
      list.push(known)
    }
  }
  for (const list of byTable.values()) list.sort((a, b) => Number(a.when === null) - Number(b.when === null))
  const all = [...byTable.values()].flat()
  const isOf = (row: GivenRow, { when }: Known): boolean =>
    when === null || Object.entries(when).every(([key, value]) => Object.hasOwn(row, key) && isSame(row[key], value))
  const of = (table: TableModel, row: GivenRow): Known | null =>
    byTable.get(table)?.find(known => isOf(row, known)) ?? null
  const joined = all.filter(({ tables }) => tables.length > 1)
  for (const known of joined) checkApart(known, byTable.get(known.tables[0] as TableModel) ?? [])
  return {
    isNone: given.length === 0,
    views: joined.length === 0 ? null : viewsOf(joined, new Set(joined.flatMap(tellingOf))),
    of,
    made: (table, row) => {
      const found = of(table, row)
      if (found !== null || joined.length === 0) return found
      // One that continues another is told what it is by where it is put.
      return joined.find(known => known.table === table) ?? null
    },
  }
}

/** The classes that were given, with those that they continue. */
function knownOf(given: readonly AnyEntityClass[]): Known[] {
  const found = new Map<AnyEntityClass, Known>()
  for (const one of given) {
    for (let made: AnyEntityClass | null = one; made !== null; ) {
      const belonging = belongingOf(made)
      // Another class of the caller's may stand for the one that was continued.
      if (belonging !== null && (made === one || !given.some(other => belongingOf(other) === belonging))) {
        found.set(made, { ...belonging, made })
      }
      made = belonging?.above ?? null
    }
  }
  return [...found.values()]
}

function tellingOf({ tables: [first], when }: Known): ColumnModel[] {
  return Object.keys(when ?? {}).flatMap(key => first?.columnByKey.get(key) ?? [])
}

function checkApart(known: Known, others: readonly Known[]): void {
  const same = others.find(({ made, when }) => made !== known.made && when !== null && isSame(when, known.when))
  if (same === undefined) return
  const what = Object.entries(known.when ?? {}).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  throw new EngineError('sameWhen', [known.made.name, same.made.name, what.join(', ')])
}
