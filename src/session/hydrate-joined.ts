/** Objects of rows that were read of several tables at once: each of the class that its row says, with a part for each table. */
import { SessionError } from '../base/errors.ts'
import type { ColumnModel, TableModel } from '../schema/model.ts'
import { isContinued, isView, type View } from '../sql/view.ts'
import { isDirty } from './changes.ts'
import type { Known } from './classes.ts'
import { loadedObject } from './entity.ts'
import { type Hydration, hydrate, hydration, type Joined, renew } from './hydrate.ts'
import { hookOf } from './hooks.ts'
import { isKey } from './lineage.ts'
import { keepRecord, partOf, RowRecord, share, type Values } from './record.ts'
import { type Shape, shapeOf, type Slot } from './shape.ts'
import { takeSome } from './tracker.ts'
import type { Unit } from './unit.ts'

/** How the rows of a class are taken out of those of a view. */
interface Way {
  readonly parts: readonly { readonly shape: Shape; readonly slots: readonly Slot[]; readonly hydration: Hydration }[]
  /** Where each of the values stands among those that were read, and what the object calls it. */
  readonly names: readonly (readonly [read: string, key: string])[]
  /** What tells that the last of the tables, if it is one below, has a row. */
  readonly sign: string | null
}

const slotsBy = new WeakMap<View, ReadonlyMap<ColumnModel, Slot>>()

/** The columns of a view as they are read. Those of tables below may have the names of others. */
export function slotsOf(view: View): ReadonlyMap<ColumnModel, Slot> {
  const known = slotsBy.get(view)
  if (known !== undefined) return known
  const slots = new Map(
    view.whole.map(column => {
      const table = [view.own, ...view.above, ...view.below].find(one => one.columnByKey.get(column.key) === column)
      const slot = shapeOf(table ?? view.own).slotOf(column)
      return [column, view.below.includes(table ?? view) ? { ...slot, key: readName(table ?? view, column.key) } : slot]
    }),
  )
  slotsBy.set(view, slots)
  return slots
}

/** Under which a column of a table below is read. */
export function readName(table: TableModel, key: string): string {
  return `${table.key}\0${key}`
}

/** How rows of columns of a view become objects. */
function joinedHydration(view: View, columns: readonly ColumnModel[]): Hydration {
  const isWhole = columns.length === view.whole.length || isContinued(view, columns)
  const wanted = new Set(isWhole ? view.whole : columns)
  const slots = slotsOf(view)
  const ways = new Map<Known | null, Way>()
  const wayFor = (known: Known | null): Way => {
    const found = ways.get(known) ?? wayOf(view, known?.tables ?? [first(view)], wanted)
    ways.set(known, found)
    return found
  }
  const joined: Joined = (unit, row, renewal) => hydrateJoined(unit, view, wayFor, row, renewal)
  const read = columns.map(column => slots.get(column) as Slot)
  return { ...hydration(shapeOf(view.own), read), isWhole, joined }
}

function first(view: View): TableModel {
  return view.above[0] ?? view.own
}

function wayOf(view: View, tables: readonly TableModel[], wanted: ReadonlySet<ColumnModel>): Way {
  const isBelow = (table: TableModel): boolean => view.below.includes(table)
  // Of the keys, which are the same, the view reads its own.
  const readAs = (table: TableModel, column: ColumnModel): ColumnModel | undefined =>
    isKey(table, column) && !isBelow(table) ? view.own.columnByKey.get(column.key) : column
  const parts = tables.map(table => {
    const shape = shapeOf(table)
    const slots = shape.slots.filter(({ column }) => {
      const read = readAs(table, column)
      return isKey(table, column) || (read !== undefined && wanted.has(read))
    })
    return { shape, slots, hydration: hydration(shape, slots) }
  })
  const names = tables.flatMap((table, at) =>
    (parts[at]?.slots ?? []).flatMap(({ key, column }) => {
      if (at > 0 && isKey(table, column)) return []
      return [[isBelow(table) ? readName(table, key) : key, key] as const]
    }),
  )
  const last = tables.at(-1) as TableModel
  const key = last.primaryKey?.columns.find(column => isBelow(last) && wanted.has(column))
  return { parts, names, sign: key === undefined ? null : readName(last, key.key) }
}

function hydrateJoined(
  unit: Unit,
  view: View,
  wayFor: (known: Known | null) => Way,
  row: Values,
  renewal: 'when stale' | 'always',
): RowRecord {
  const root = first(view)
  const told = unit.host.classes.of(root, row)
  if (view.own !== root && !told?.tables.includes(view.own)) throw new SessionError('joinedKind', root.key, view.key)
  const { parts, names, sign } = wayFor(told)
  if (told !== null && sign !== null && row[sign] === null) {
    throw new SessionError('joinedGone', root.key, told.made.name, told.table.key)
  }
  const own: Values = {}
  for (const [read, key] of names) own[key] = row[read]
  const [part] = parts
  const known = unit.identity.find(
    root,
    shapeOf(root).primary.map(({ key }) => own[key]),
  )
  const before = known?.parts ?? (known === undefined ? null : [known])
  if (before !== null && before.at(-1)?.table !== parts.at(-1)?.shape.table) {
    throw new SessionError('joinedMoved', root.key)
  }
  if (part !== undefined && parts.length === 1) return hydrate(unit, part.hydration, own, renewal)
  if (before !== null) {
    const isStale = before.some((one, at) => {
      const { gap, snapshot } = one
      const slots = parts[at]?.slots ?? []
      if (slots.every(({ column }) => isKey(root, column))) return false
      return !unit.isCurrent(one) || (gap !== 'pending' && slots.some(({ key }) => snapshot?.[key] === undefined))
    })
    // A version stands for the whole of an object.
    if ((renewal === 'always' || isStale) && !before.some(isDirty)) {
      for (const [at, record] of before.entries()) renew(unit, record, parts[at]?.slots ?? [], own)
    }
    return partOf(before[0] as RowRecord, view.key)
  }
  return partOf(madeOf(unit, told as Known, parts, own), view.key)
}

function madeOf(unit: Unit, { made }: Known, parts: Way['parts'], own: Values): RowRecord {
  const values = loadedObject(
    made,
    parts.flatMap(({ slots }) => slots),
    own,
  )
  const records = parts.map(({ shape }) => new RowRecord(shape, values))
  share(records)
  const whole = records[0] as RowRecord
  keepRecord(values, whole)
  for (const [at, record] of records.entries()) {
    const { shape } = record
    record.move('load')
    if (parts[at]?.slots.length === shape.slots.length) record.snapshot = shape.tracker.take(values)
    else {
      record.gap = 'partial'
      unit.hasGaps = true
      record.snapshot = takeSome(shape.slots, values)
    }
    unit.keep(record)
  }
  unit.fresh?.push(whole)
  hookOf(whole, 'afterLoad')?.()
  return whole
}

/** How rows of a table become objects, if it is read with others. */
export function joinedHydrationOf(table: TableModel, columns: readonly ColumnModel[]): Hydration | null {
  if (!isView(table)) return null
  // Those of all columns do not have to be made anew.
  const whole = isContinued(table, columns) ? table.columns : columns.length === table.whole.length ? table.whole : null
  const known = whole === null ? undefined : made.get(whole)
  if (known !== undefined) return known
  const fresh = joinedHydration(table, columns)
  if (whole !== null) made.set(whole, fresh)
  return fresh
}

const made = new WeakMap<readonly ColumnModel[], Hydration>()
