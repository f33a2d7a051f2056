/** The deletes of a plan as statements. */
import { StaleDataError } from '../base/errors.ts'
import type { Executor } from '../engine/executor.ts'
import type { ColumnModel } from '../schema/model.ts'
import { deleteMany, deleteOne } from '../sql/change-rows.ts'
import { followDelete } from './follow-delete.ts'
import type { JoinRow } from './join-row.ts'
import { keyValue } from './key-value.ts'
import type { DeleteStep, SeverStep } from './plan.ts'
import type { RowRecord } from './record.ts'
import { removed } from './removed.ts'
import { type Shape, shapeOf, type Slot } from './shape.ts'
import { restored } from './tracker.ts'
import type { Unit } from './unit.ts'
import type { Work } from './work.ts'

export class Deletion implements Work {
  readonly step: DeleteStep<RowRecord>
  readonly rows: readonly RowRecord[]
  readonly #by: readonly Slot[]

  constructor(step: DeleteStep<RowRecord>) {
    const shape = shapeOf(step.table)
    this.step = step
    this.rows = step.rows
    this.#by = shape.version === null ? shape.primary : [...shape.primary, shape.version]
  }

  async run(tx: Executor, from: number, to: number): Promise<void> {
    const { table } = this.step
    const columns = this.#by.map(slot => slot.column)
    const oldValue = ({ snapshot }: RowRecord, slot: Slot): unknown => restored(slot, snapshot?.[slot.key])
    if (to - from === 1) {
      const row = this.rows[from] as RowRecord
      const { rowCount } = await tx.run(
        deleteOne(
          table,
          columns,
          this.#by.map(slot => slot.text(oldValue(row, slot))),
        ),
      )
      if (rowCount === 0) throw this.#stale(row)
      return
    }
    const json = this.rows
      .slice(from, to)
      .map(row => Object.fromEntries(this.#by.map(slot => [slot.key, slot.json(oldValue(row, slot))])))
    for (const { statement, from: first, to: last } of deleteMany(table, columns, json)) {
      const { rows } = await tx.run(statement)
      if (rows.length === last - first) continue
      const found = new Set(rows.map(([place]) => Number(place)))
      const missing = this.rows.slice(from + first, from + last).find((_, at) => !found.has(at))
      throw this.#stale(missing ?? null)
    }
  }

  #stale(row: RowRecord | null): StaleDataError {
    const { table } = this.step
    const what = this.#by.length > shapeOf(table).primary.length ? 'changed' : 'gone'
    return new StaleDataError(table.key, what, row?.values ?? null)
  }

  settle(unit: Unit): void {
    for (const row of this.rows) {
      unit.doomed.delete(row)
      removed(unit, row)
      if (row.snapshot !== null) followDelete(unit, row.table, row.snapshot)
    }
  }
}

export class Severance implements Work {
  readonly step: SeverStep<JoinRow>
  readonly rows: readonly RowRecord[] = []
  readonly #shape: Shape
  readonly #columns: readonly ColumnModel[]

  constructor(step: SeverStep<JoinRow>) {
    this.step = step
    this.#shape = shapeOf(step.table)
    this.#columns = step.joins[0]?.ends.flatMap(({ key }) => key.columns) ?? []
  }

  async run(tx: Executor): Promise<void> {
    const json = this.step.joins.map(({ ends }) =>
      Object.fromEntries(
        ends.flatMap(({ key, target }) =>
          key.columns.map((column, at) => {
            const from = target.table.columnByKey.get(key.targetColumns[at] ?? '')
            const known = target.known(key.targetColumns[at] ?? '')
            const value = from === undefined ? known : keyValue(known, from, column)
            return [column.key, this.#shape.slotOf(column).json(value)]
          }),
        ),
      ),
    )
    // One that somebody else has deleted meanwhile is gone, as it should be.
    for (const { statement } of deleteMany(this.step.table, this.#columns, json)) await tx.run(statement)
  }

  settle(unit: Unit): void {
    for (const join of this.step.joins) unit.severed.delete(join)
  }
}
