/** Objects read anew. */
import { StaleDataError } from '../base/errors.ts'
import { flush } from './flush.ts'
import { readByKey, vanish } from './get.ts'
import type { RowRecord } from './record.ts'
import { restored } from './tracker.ts'
import { discard } from './undo.ts'
import type { Unit } from './unit.ts'

/** @throws StaleDataError when the row is gone */
export async function refresh(unit: Unit, record: RowRecord): Promise<void> {
  // What was changed of this object is to be given up, not to be written.
  if (record.state !== 'pending') discard(record)
  await flush(unit)
  const { shape, snapshot } = record
  const key = shape.primary.map(slot => restored(slot, snapshot?.[slot.key]))
  const found = await readByKey(unit, shape, key, undefined, 'always')
  if (found !== null) return
  vanish(unit, record)
  throw new StaleDataError(record.table.key, 'gone', record.values)
}
