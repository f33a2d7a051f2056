/** Rows of join tables that the session has as objects are deleted as such. */
import { keyValue } from './key-value.ts'
import type { Unit } from './unit.ts'

export function resolveSevered(unit: Unit): void {
  for (const join of unit.severed) {
    const { through, ends } = join
    const primary = through.primaryKey?.columns ?? []
    const key = primary.map(column => {
      const end = ends.find(one => one.key.columns.includes(column))
      const wanted = end?.key.targetColumns[end.key.columns.indexOf(column)] ?? ''
      const from = end?.target.table.columnByKey.get(wanted)
      const value = end?.target.known(wanted)
      return from === undefined ? value : keyValue(value, from, column)
    })
    if (key.length === 0 || key.includes(undefined)) continue
    const record = unit.identity.find(through, key)
    if (record === undefined) continue
    unit.severed.delete(join)
    unit.doomed.add(record)
  }
  // What goes with one of its ends needs no statement of its own, where the database sees to it.
  for (const join of unit.severed) {
    const isLeft = join.ends.some(({ key, target }) => unit.doomed.has(target) && key.onDelete === 'cascade')
    if (isLeft) unit.severed.delete(join)
  }
}
