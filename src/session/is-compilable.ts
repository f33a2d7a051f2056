/** Whether functions over a table's columns are to be made out of text. */
import { canCompile } from '../sql/row-reader.ts'
import type { Slot } from './shape.ts'

/** Past this, a function would be longer than V8 optimizes. */
const maxSlots = 200

export function isCompilable(slots: readonly Slot[]): boolean {
  return canCompile && slots.length <= maxSlots && slots.every(({ key }) => !(key in Object.prototype))
}
