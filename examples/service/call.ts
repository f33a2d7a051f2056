import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Engine } from '../../src/index.ts'
import type { schema } from './schema.ts'

/** A request while it is answered. */
export interface Call {
  readonly engine: Engine<typeof schema>
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  /** What stands in the path for the parts that begin with a colon. */
  readonly params: { readonly [name: string]: string }
  /** Aborted when the client has gone, and when the service ends before the answer does. */
  readonly signal: AbortSignal
}

/** A method and a path, such as `/accounts/:id`, and what answers them. */
export interface Route {
  readonly method: string
  readonly path: string
  answer(call: Call): Promise<void>
}

/** Sends a value as JSON. */
export function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
