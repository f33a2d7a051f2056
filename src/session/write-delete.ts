/** The deletes of a plan as statements. */
import { StaleDataError } from '../base/errors.ts'
import type { Executor } from '../engine/executor.ts'
import { textRows } from '../engine/driver.ts'
import type { ColumnModel } from '../schema/model.ts'
import { deleteMany, deleteOne } from '../sql/change-rows.ts'
import { type Ask, ask } from './ask.ts'
import { findPresent } from './find-stale.ts'
import { followDelete } from './follow-delete.ts'
import type { JoinRow } from './join-row.ts'
import { keyValue } from './key-value.ts'
import { goesWithAbove } from './lineage.ts'
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

  isReady(): boolean {
    return true
  }

  asks(from: number, to: number): Ask[] {
    const { table } = this.step
    const columns = this.#by.map(slot => slot.column)
    const oldValue = ({ snapshot }: RowRecord, slot: Slot): unknown => restored(slot, snapshot?.[slot.key])
    if (to - from === 1) {
      const row = this.rows[from] as RowRecord
      const values = this.#by.map(slot => slot.text(oldValue(row, slot)))
      return [
        ask(deleteOne(table, columns, values), textRows, async ({ rowCount }, tx) => {
          if (rowCount === 0) await this.#missed(tx, [row])
        }),
      ]
    }
    const json = this.rows
      .slice(from, to)
      .map(row => Object.fromEntries(this.#by.map(slot => [slot.key, slot.json(oldValue(row, slot))])))
    return deleteMany(table, columns, json).map(({ statement, from: first, to: last }) =>
      ask(statement, textRows, async ({ rows }, tx) => {
        if (rows.length === last - first) return
        const found = new Set(rows.map(([place]) => Number(place)))
        await this.#missed(
          tx,
          this.rows.slice(from + first, from + last).filter((_, at) => !found.has(at)),
        )
      }),
    )
  }

  /** @throws StaleDataError unless the rows went with others that this flush deleted */
  async #missed(tx: Executor, rows: readonly RowRecord[]): Promise<void> {
    const [first] = rows
    if (first === undefined) return
    if (this.step.mayBeGone === undefined) throw this.#stale(first)
    const { primary } = shapeOf(this.step.table)
    const present = await findPresent(tx, this.step.table, primary, rows, (row, slot) =>
      restored(slot, row.snapshot?.[slot.key]),
    )
    const left = rows.find((_, at) => present.has(at))
    if (left !== undefined) throw this.#stale(left)
  }

  #stale(row: RowRecord | null): StaleDataError {
    const { table } = this.step
    const what = this.#by.length > shapeOf(table).primary.length ? 'changed' : 'gone'
    return new StaleDataError(table.key, what, row?.values ?? null)
  }

  settle(unit: Unit): void {
    for (const row of this.rows) {
      unit.doomed.delete(row)
      // What the database deletes with it is followed below.
      if (row.parts !== null) for (const part of row.parts) if (goesWithAbove(part)) unit.doomed.delete(part)
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

  isReady(): boolean {
    return this.step.joins.every(({ ends }) =>
      ends.every(({ key, target }) => key.targetColumns.every(column => target.known(column) !== undefined)),
    )
  }

  asks(): Ask[] {
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
    return deleteMany(this.step.table, this.#columns, json).map(({ statement }) => ask(statement, textRows, () => {}))
  }

  settle(unit: Unit): void {
    for (const join of this.step.joins) unit.severed.delete(join)
  }
}
