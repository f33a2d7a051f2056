/** Objects of many rows at once. */
import { comparable } from './identity-map.ts'
import { type Hydration, hydrate } from './hydrate.ts'
import { keepRecord, RowRecord, type Values } from './record.ts'
import { after } from './state.ts'
import type { Unit } from './unit.ts'

const loaded = after('transient', 'load')

/**
 * As `hydrate`, of each row. PERF: of most tables the key is one column, and most rows are read whole and for the first time: the place of
 * each in the identity map is then looked for once and without an array for its key.
 */
export function hydrateRows(
  unit: Unit,
  hydrating: Hydration,
  rows: readonly Values[],
  renewal: 'when stale' | 'always' = 'when stale',
): RowRecord[] {
  const { shape, isWhole } = hydrating
  const [primary, second] = shape.primary
  const records: RowRecord[] = []
  if (primary === undefined || second !== undefined || !isWhole || !unit.host.classes.isNone) {
    for (const row of rows) records.push(hydrate(unit, hydrating, row, renewal))
    return records
  }
  const objects = unit.identity.table(shape.table)
  for (const row of rows) {
    const part = comparable(row[primary.key])
    if (objects.byKey.has(part)) {
      records.push(hydrate(unit, hydrating, row, renewal))
      continue
    }
    const record = new RowRecord(shape, row)
    keepRecord(row, record)
    record.state = loaded
    record.snapshot = shape.tracker.take(row)
    record.session = unit
    record.epoch = unit.epoch
    objects.add(objects.byKey, part, record)
    unit.fresh?.push(record)
    records.push(record)
  }
  return records
}
