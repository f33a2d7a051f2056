/** The columns that an insert gives back, read as their types in the schema say, by the literal's names. */
import type { RawField, RowReader, RowReaders } from '../engine/driver.ts'
import { binaryColumn, type ReadBytes, textColumn } from '../sql/column-reader.ts'
import { plainType } from '../schema/plain-type.ts'
import { rowReader } from '../sql/row-reader.ts'
import type { Values } from './record.ts'
import type { ColumnModel } from '../schema/model.ts'
import type { Slot } from './shape.ts'

/** PERF: compiling a reader takes as long as reading some hundred rows, so that of the same columns is made once. */
function remembered<Made>(make: (slots: readonly Slot[]) => Made): (slots: readonly Slot[]) => Made {
  const byFirst = new WeakMap<Slot, Map<string, Made>>()
  const ofNone = make([])
  return slots => {
    const [first] = slots
    if (first === undefined) return ofNone
    let known = byFirst.get(first)
    if (known === undefined) {
      known = new Map()
      byFirst.set(first, known)
    }
    const names = slots.map(({ key }) => key).join('\0')
    const found = known.get(names) ?? make(slots)
    known.set(names, found)
    return found
  }
}

/** @param slots the columns of the statement's `returning`, in its order, all of one table */
export const returnedReaders: (slots: readonly Slot[]) => RowReaders<Values> = remembered(slots => {
  const named = (reads: readonly ReadBytes[]) =>
    // One for each slot.
    rowReader(slots.map(({ key }, at) => ({ name: key, read: reads[at] as ReadBytes })))
  const reader = (fields: readonly RawField[]): RowReader<Values> => {
    const texts = slots.map(({ column }) => textColumn(column.type))
    const binaries = slots.map(({ column }, at) => binaryColumn(column.type, fields[at]?.typeOid ?? 0))
    const text = named(texts)
    if (binaries.every(read => read === null)) return { formats: [], text, mixed: text }
    return {
      formats: binaries.map(read => (read === null ? 0 : 1)),
      text,
      mixed: named(texts.map((read, at) => binaries[at] ?? read)),
    }
  }
  return { reader, learn: async fields => reader(fields) }
})

/** Under which the place of a row among those that were sent is read. A column of that name would be generated, which none is. */
export const placeKey = '#'

const placeReader = { name: placeKey, read: textColumn(plainType('integer')) }

/** The same, after the row's place among those that were sent, under `placeKey`. All come as text. */
export const placedReaders: (slots: readonly Slot[]) => RowReaders<Values> = remembered(slots => {
  const text = rowReader([
    placeReader,
    ...slots.map(({ key, column }) => ({ name: key, read: textColumn(column.type) })),
  ])
  const reader: RowReader<Values> = { formats: [], text, mixed: text }
  return { reader: () => reader, learn: async () => reader }
})

/** Rows that have other columns before their own: those of a join table. */
export interface Led {
  readonly lead: Values
  readonly row: Values
}

const ledBy = new WeakMap<ColumnModel, WeakMap<readonly Slot[], RowReaders<Led>>>()

/** @param lead the columns before the row's own, which are given by their places */
export function ledReaders(lead: readonly ColumnModel[], slots: readonly Slot[]): RowReaders<Led> {
  const [first] = lead
  let known = first === undefined ? undefined : ledBy.get(first)
  const found = known?.get(slots)
  if (found !== undefined) return found
  const made = makeLed(lead, slots)
  if (first !== undefined && known === undefined) {
    known = new WeakMap()
    ledBy.set(first, known)
  }
  known?.set(slots, made)
  return made
}

function makeLed(lead: readonly ColumnModel[], slots: readonly Slot[]): RowReaders<Led> {
  const first = rowReader(lead.map(({ type }, at) => ({ name: String(at), read: textColumn(type) })))
  const rest = rowReader(slots.map(({ key, column }) => ({ name: key, read: textColumn(column.type) })))
  const text = (message: Buffer, start: number): Led => {
    let at = start + 2
    for (let column = 0; column < lead.length; column++) at += 4 + Math.max(message.readInt32BE(at), 0)
    // A reader passes over the count of columns.
    return { lead: first(message, start), row: rest(message, at - 2) }
  }
  const reader: RowReader<Led> = { formats: [], text, mixed: text }
  return { reader: () => reader, learn: async () => reader }
}
