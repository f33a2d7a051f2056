import type { RowRecord } from './record.ts'
import type { Unit } from './unit.ts'

/** Whether an object was read whole in this transaction. */
export function isUpToDate(unit: Unit, { parts, epoch, gap }: RowRecord): boolean {
  if (parts !== null) return parts.every(part => part.epoch === unit.epoch && part.gap === 'pending')
  return epoch === unit.epoch && gap === 'pending'
}
