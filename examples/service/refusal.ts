import type { ServerResponse } from 'node:http'
import {
  CommitUnknown,
  ConnectionLost,
  EngineError,
  isViolation,
  LoginRefused,
  SessionError,
  StatementCanceled,
  StatementError,
  StatementTimeout,
  ValueError,
} from '../../src/index.ts'
import { send } from './call.ts'
import { schema } from './schema.ts'
import type { Issue } from './validator.ts'

interface More {
  readonly issues?: readonly Issue[]
  readonly headers?: { readonly [name: string]: string }
}

/** An answer other than what was asked for: a status, and a sentence for the client. */
export class Refusal extends Error {
  readonly status: number
  readonly issues: readonly Issue[] | undefined
  readonly headers: { readonly [name: string]: string }

  constructor(status: number, message: string, { issues, headers = {} }: More = {}) {
    super(message)
    this.status = status
    this.issues = issues
    this.headers = headers
  }
}

/** Sends what an error comes to. Once a body has begun there is only its missing end to say so. */
export function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  const { status, message, issues, headers } = refusalOf(error)
  // What the client cannot know is for the log; cupel's errors hold no values.
  if (status >= 500 && !response.destroyed) console.error(error)
  // What is left of a body that nobody has read must not pass for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  send(response, status, { error: message, issues })
}

const soon = { headers: { 'retry-after': '1' } }

// docs: refusal
/** What an error means to a client. Sentences of the database are not passed on: they are its own business. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (isViolation(error, schema, 'accounts_email_key')) return new Refusal(409, 'there is an account with this address')
  if (isViolation(error, schema, 'posts_author_id_fkey')) return new Refusal(422, 'there is no such author')
  if (isViolation(error, schema)) {
    const issues = error.columns.map(column => ({ path: [column], message: 'is not what the data allow' }))
    return new Refusal(409, 'this does not fit the other data', { issues })
  }
  // Says which column and which type was wanted, and never what was given.
  if (error instanceof ValueError || (error instanceof SessionError && error.code === 'wrongColumnValue')) {
    return new Refusal(422, error.message)
  }
  if (error instanceof CommitUnknown) return new Refusal(503, 'this may be done or not; send it again', soon)
  if (isPassing(error)) return new Refusal(503, 'the service is busy; send it again later', soon)
  return new Refusal(500, 'this is a fault of the service')
}

// docs: end
/** Whether another moment may be better: the database is away, full or slow, or the service is about to end. */
function isPassing(error: unknown): boolean {
  if (error instanceof EngineError) return error.code === 'engineDisposed'
  if (!(error instanceof StatementError)) return false
  const kinds = [ConnectionLost, LoginRefused, StatementCanceled, StatementTimeout]
  // Class 53: the server has no room, as for another connection.
  return error.retryable || error.sqlState.startsWith('53') || kinds.some(kind => error instanceof kind)
}
