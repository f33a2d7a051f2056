import { type MessageName, sentence } from '../base/messages.ts'

/** The command line was called with something wrong, or in a wrong place: who called it must act. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: MessageName

  constructor(code: MessageName, values: readonly string[], options?: ErrorOptions) {
    super(sentence(code, values), options)
    this.code = code
  }
}
