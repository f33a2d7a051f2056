/** A savepoint of a session. */
import { SessionError } from '../base/errors.ts'
import type { Level } from './journal.ts'
import { rollBack } from './undo.ts'
import type { Unit } from './unit.ts'

/** A savepoint that its caller ends: what was done in it is kept, or undone in the database and in the objects. */
export class Nested {
  readonly #unit: Unit
  readonly #level: Level
  readonly #alone: (call: string, work: () => Promise<void>) => Promise<void>

  readonly #flush: () => Promise<void>

  constructor(
    unit: Unit,
    level: Level,
    alone: (call: string, work: () => Promise<void>) => Promise<void>,
    flush: () => Promise<void>,
  ) {
    this.#flush = flush
    this.#unit = unit
    this.#level = level
    this.#alone = alone
  }

  /** Writes what waits, and makes it part of the transaction. @throws SessionError when it has ended, or another began in it */
  async commit(): Promise<void> {
    await this.#alone('end a savepoint', async () => {
      const unit = this.#unit
      const level = this.#level
      if (unit.level !== level)
        throw new SessionError(unit.levels.includes(level) ? 'nestedOpen' : 'nestedEnded', 'end this one')
      await this.#flush()
      await level.tx.commit()
      unit.levels.pop()
      if (unit.level !== null) level.join(unit.level)
    })
  }

  /** Undoes what was done since it began. Does nothing when it has ended. */
  async rollback(): Promise<void> {
    if (!this.#unit.levels.includes(this.#level)) return
    await this.#alone('end a savepoint', async () => {
      const unit = this.#unit
      const level = this.#level
      const at = unit.levels.indexOf(level)
      // Those that began in it go with it.
      for (const inner of unit.levels.slice(at + 1)) inner.join(level)
      unit.levels.length = at
      rollBack(unit, level)
      await level.tx.rollback()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rollback()
  }
}
