/** What a program does and probably does not mean, told to those who listen or else as a warning of the process. */
import { channel } from 'node:diagnostics_channel'
import { type MessageName, sentence } from '../base/messages.ts'
import { callerIn, withLongStack } from './caller-stack.ts'
import type { Connection } from './driver.ts'
import type { Holder } from './holder.ts'

export type WarningCode = Extract<MessageName, 'besideTransaction' | 'heldIdle' | 'abandoned'>

/** Something that a program does and probably does not mean. `code` names a paragraph of docs/errors.md. */
export interface EngineWarning {
  readonly 'db.system.name': 'postgresql'
  readonly code: WarningCode
  /** The sentence, without values of parameters. */
  readonly message: string
  /** The line of the program, as `file:line:column`; null where it is not known. */
  readonly from: string | null
}

export type WarningListener = (event: EngineWarning) => void

export const warningChannel = channel('cupel:warning')

export class Warnings {
  readonly listeners = new Set<WarningListener>()
  /** What was told to the process, which is told once of each place. */
  readonly #told = new Set<string>()

  /** @param values of the sentence, after which comes the place */
  tell(code: WarningCode, values: readonly string[], from: string | null): void {
    const message = sentence(code, [...values, from === null ? '' : `; it is from ${from}`])
    const event: EngineWarning = { 'db.system.name': 'postgresql', code, message, from }
    if (warningChannel.hasSubscribers) warningChannel.publish(event)
    for (const listener of this.listeners) listener(event)
    const key = `${code} ${from ?? message}`
    if (warningChannel.hasSubscribers || this.listeners.size > 0 || this.#told.has(key)) return
    this.#told.add(key)
    process.emitWarning(message, { type: 'CupelWarning', code: `CUPEL_${code}` })
  }

  /** The engine is used inside one of its transactions. */
  beside(what: string): void {
    const { stack } = withLongStack(() => new Error())
    this.tell('besideTransaction', [what], stack === undefined ? null : callerIn(stack))
  }

  idle({ kind, idle, from }: Holder): void {
    this.tell('heldIdle', [kind, String(Math.round(idle))], from)
  }
}

interface Held {
  readonly connection: Connection
  readonly holder: Holder
  readonly warnings: Warnings
}

/** Connections whose use was forgotten: nobody can end it any more. */
const forgotten = new FinalizationRegistry<Held>(({ connection, holder, warnings }) => {
  warnings.tell('abandoned', [holder.kind], holder.from)
  void giveUp(connection)
})

async function giveUp(connection: Connection): Promise<void> {
  const gone = new Error(sentence('abandoned', ['connection', '']))
  // An embedded database has no connection to close.
  if (connection.isInTransaction) await connection.run({ text: 'rollback', values: [] }).catch(() => {})
  connection.release(gone)
}

/** Watches what uses a connection until it says that it gives it back: to register and to end it costs a microsecond. */
export function watchOver(user: object, held: Held): void {
  forgotten.register(user, held, user)
}

export function watchNoMore(user: object): void {
  forgotten.unregister(user)
}
