import type { RowRecord } from './record.ts'
import type { Unit } from './unit.ts'

/** The row is deleted, as far as the transaction goes. */
export function removed(unit: Unit, row: RowRecord): void {
  unit.level?.touch(row)
  if (row.snapshot !== null) unit.identity.remove(row, row.snapshot)
  row.move('delete')
  row.references = []
}
