import { SessionError } from '../base/errors.ts'
import { type RowRecord, wholeOf } from './record.ts'
import type { Unit } from './unit.ts'

/** @throws SessionError when an object's values are those of a class whose rows lie in other tables than its own do */
export function checkClass({ views, host }: Unit, record: RowRecord): void {
  const { table, values, parts } = wholeOf(record)
  const view = views?.get(table)
  if (view === undefined || view.telling.some(({ key }) => !Object.hasOwn(values, key))) return
  const last = parts?.at(-1)?.table ?? table
  const told = host.classes.of(table, values)?.table ?? table
  if (told !== last) throw new SessionError('joinedOther', table.key, last.key, told.key)
}
