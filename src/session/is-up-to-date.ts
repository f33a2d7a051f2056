import type { RowRecord } from './record.ts'
import type { Unit } from './unit.ts'

/** Whether an object was read whole in this transaction. */
export function isUpToDate(unit: Unit, record: RowRecord): boolean {
  const { parts } = record
  if (parts !== null) return parts.every(part => unit.isCurrent(part) && part.gap === 'pending')
  return unit.isCurrent(record) && record.gap === 'pending'
}
