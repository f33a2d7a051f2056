/** A step of a plan on its way to the database. */
import type { Executor } from '../engine/executor.ts'
import type { Fetched } from '../engine/driver.ts'
import type { Ask } from './ask.ts'
import type { JoinRow } from './join-row.ts'
import type { Step } from './plan.ts'
import type { RowRecord } from './record.ts'
import type { Unit } from './unit.ts'
import { Deletion, Severance } from './write-delete.ts'
import { Insertion } from './write-insert.ts'
import { Modification } from './write-update.ts'

/** A step whose own values are encoded; the keys of rows that it points to are filled in when its statements are made. */
export interface Work {
  readonly step: Step<RowRecord, JoinRow>
  readonly rows: readonly RowRecord[]
  /** Whether all that its statements need of other rows is known. */
  isReady(): boolean
  /** The statements that write some of its rows. */
  asks(from: number, to: number): Ask[]
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

/** Writes some rows of a step, a statement after the other. */
export async function run(work: Work, tx: Executor, from: number, to: number): Promise<void> {
  for (const { statement, readers, heed } of work.asks(from, to)) await heed(await tx.read(statement, readers), tx)
}

/** Characters of values in one round trip; past it there are several, so that not all that is written is in memory twice. */
const maxTrip = 8 * 1024 * 1024

/**
 * Writes steps in as few round trips as they allow: what needs nothing that the database is yet to give goes at once.
 * @param failing is told which step a statement belongs to that is refused, and which of those before it have not been looked at
 */
export async function runAll(
  works: readonly Work[],
  tx: Executor,
  failing: (work: Work, unheeded: readonly Work[]) => void,
): Promise<void> {
  for (let left = works; left.length > 0; ) {
    const held: Work[] = []
    let trip: { readonly work: Work; readonly ask: Ask }[] = []
    let size = 0
    for (const [at, work] of left.entries()) {
      // The first waits for none: what it needs has been written.
      if (at > 0 && (held.some(one => comesAfter(work, one)) || !work.isReady())) {
        held.push(work)
        continue
      }
      for (const ask of work.asks(0, work.rows.length)) {
        const own = ask.statement.values.reduce<number>((sum, value) => sum + (value?.length ?? 0), 0)
        if (trip.length > 0 && size + own > maxTrip) {
          await runTrip(trip, tx, failing)
          trip = []
          size = 0
        }
        trip.push({ work, ask })
        size += own
      }
    }
    await runTrip(trip, tx, failing)
    left = held
  }
}

/** Whether a step may not be written before one that comes before it. Only inserts of rows that cannot lead to others' may. */
function comesAfter({ step }: Work, { step: before }: Work): boolean {
  if (step.kind !== 'insert' || before.kind !== 'insert' || step.table === before.table) return true
  return step.table.foreignKeys.some(({ target }) => target === before.table.key)
}

async function runTrip(
  trip: readonly { readonly work: Work; readonly ask: Ask }[],
  tx: Executor,
  failing: (work: Work, unheeded: readonly Work[]) => void,
): Promise<void> {
  const tell = (at: number): void => {
    const one = trip[at]
    if (one !== undefined)
      failing(
        one.work,
        trip.slice(0, at).map(({ work }) => work),
      )
  }
  const [first] = trip
  if (first === undefined) return
  let answers: readonly Fetched<unknown>[]
  if (trip.length === 1) {
    tell(0)
    answers = [await tx.read(first.ask.statement, first.ask.readers)]
  } else {
    answers = await tx.readAll(
      trip.map(({ ask }) => ask.statement),
      trip.map(({ ask }) => ask.readers),
      tell,
    )
  }
  for (const [at, { ask, work }] of trip.entries()) {
    failing(work, [])
    const answer = answers[at]
    if (answer !== undefined) await ask.heed(answer, tx)
  }
}
