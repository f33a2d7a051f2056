/** A step of a plan on its way to the database. */
import type { Executor } from '../engine/executor.ts'
import type { JoinRow } from './join-row.ts'
import type { Step } from './plan.ts'
import type { RowRecord } from './record.ts'
import type { Unit } from './unit.ts'
import { Deletion, Severance } from './write-delete.ts'
import { Insertion } from './write-insert.ts'
import { Modification } from './write-update.ts'

/** A step whose own values are encoded; the keys of rows that it points to are filled in when it is run. */
export interface Work {
  readonly step: Step<RowRecord, JoinRow>
  readonly rows: readonly RowRecord[]
  run(tx: Executor, from: number, to: number): Promise<void>
  /** Gives the objects their values and states; the whole flush has succeeded. */
  settle(unit: Unit): void
}

/** @throws SessionError for a value that its column does not take; nothing was sent yet */
export function prepare(step: Step<RowRecord, JoinRow>): Work {
  switch (step.kind) {
    case 'insert':
      return new Insertion(step)
    case 'update':
      return new Modification(step)
    case 'delete':
      return new Deletion(step)
    case 'sever':
      return new Severance(step)
  }
}
