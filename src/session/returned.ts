/** The columns that an insert gives back, read as their types in the schema say, by the literal's names. */
import type { RawField, RowReader, RowReaders } from '../engine/driver.ts'
import { binaryColumn, type ReadBytes, textColumn } from '../sql/column-reader.ts'
import { plainType } from '../schema/plain-type.ts'
import { rowReader } from '../sql/row-reader.ts'
import type { Values } from './record.ts'
import type { Slot } from './shape.ts'

/** @param slots the columns of the statement's `returning`, in its order */
export function returnedReaders(slots: readonly Slot[]): RowReaders<Values> {
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
}

/** Under which the place of a row among those that were sent is read. A column of that name would be generated, which none is. */
export const placeKey = '#'

const placeReader = { name: placeKey, read: textColumn(plainType('integer')) }

/** The same, after the row's place among those that were sent, under `placeKey`. All come as text. */
export function placedReaders(slots: readonly Slot[]): RowReaders<Values> {
  const text = rowReader([
    placeReader,
    ...slots.map(({ key, column }) => ({ name: key, read: textColumn(column.type) })),
  ])
  const reader: RowReader<Values> = { formats: [], text, mixed: text }
  return { reader: () => reader, learn: async () => reader }
}

/** Rows that have other columns before their own: those of a join table. */
export interface Led {
  readonly lead: Values
  readonly row: Values
}

/** @param lead the columns before the row's own, by the names under which they are given */
export function ledReaders(lead: readonly Slot[], slots: readonly Slot[]): RowReaders<Led> {
  const texts = (some: readonly Slot[]) =>
    rowReader(some.map(({ key, column }) => ({ name: key, read: textColumn(column.type) })))
  const [first, rest] = [texts(lead), texts(slots)]
  const text = (message: Buffer, start: number): Led => {
    let at = start + 2
    for (let column = 0; column < lead.length; column++) at += 4 + Math.max(message.readInt32BE(at), 0)
    // A reader passes over the count of columns.
    return { lead: first(message, start), row: rest(message, at - 2) }
  }
  const reader: RowReader<Led> = { formats: [], text, mixed: text }
  return { reader: () => reader, learn: async () => reader }
}
