/** Gives objects the columns that they lack once their rows are there. */
import { canCompile } from '../sql/row-reader.ts'
import { Given, type Values } from './record.ts'
import type { Slot } from './shape.ts'
import { isComparedAsIs, restored, type Snapshot } from './tracker.ts'

export interface Filler {
  readonly slots: readonly Slot[]
  /** The columns' keys. */
  readonly keys: readonly string[]
  /** Gives an object these columns as a snapshot has them. */
  readonly fill: (values: Values, snapshot: Snapshot) => void
}

/** PERF: all columns at once make one piece of garbage, each by itself makes as many as there are. */
export function filler(slots: readonly Slot[]): Filler {
  const keys = slots.map(({ key }) => key)
  return { slots, keys, fill: canCompile && slots.length > 1 ? compiled(slots) : each(slots) }
}

function each(slots: readonly Slot[]): Filler['fill'] {
  return (values, snapshot) => {
    for (const slot of slots) slot.define(values, restored(slot, snapshot[slot.key]))
  }
}

/** Fields of a class are the cheapest way to give an object properties that its prototype has too. */
function compiled(slots: readonly Slot[]): Filler['fill'] {
  const key = ({ key }: Slot): string => JSON.stringify(key)
  const body = `'use strict'
let ${slots.map((_, at) => `n${at}`).join(', ')}
class Fill extends Given {
  ${slots.map((slot, at) => `[${key(slot)}] = n${at};`).join('\n  ')}
}
return (values, snapshot) => {
  ${slots
    .map(
      (slot, at) =>
        `n${at} = ${isComparedAsIs(slot) ? `snapshot[${key(slot)}]` : `restored(s${at}, snapshot[${key(slot)}])`}`,
    )
    .join('\n  ')}
  new Fill(values)
  ${slots.map((_, at) => `n${at} = undefined`).join('\n  ')}
}`
  // What was compiled just above.
  return new Function('Given', 'restored', ...slots.map((_, at) => `s${at}`), body)(
    Given,
    restored,
    ...slots,
  ) as Filler['fill']
}
