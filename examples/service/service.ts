import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Call, Route } from './call.ts'
import { refuse } from './refusal.ts'
import { find } from './find.ts'

/** Milliseconds: longer than a proxy in front keeps a connection, so that it never sends on one that is being closed. */
const keepAliveTimeout = 65_000

/** Routes behind a server of node:http, and its orderly end. */
export class Service {
  readonly #engine: Call['engine']
  readonly #routes: readonly Route[]
  readonly #server: Server
  /** The requests that are being answered, by what gives them up. */
  readonly #running = new Map<AbortController, Promise<void>>()
  #isStopping = false

  constructor(engine: Call['engine'], routes: readonly Route[]) {
    this.#engine = engine
    this.#routes = routes
    this.#server = createServer({ keepAliveTimeout }, (request, response) => void this.#take(request, response))
  }

  /** Listens on loopback, and gives the address. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve)
    })
    // A server on a port has an address with one.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Takes no more requests, waits for those in flight as long as the grace allows, in milliseconds, and gives up the rest. */
  async stop(grace: number): Promise<void> {
    this.#isStopping = true
    const closed = new Promise(resolve => this.#server.close(resolve))
    const isLate = await Promise.race([closed.then(() => false), setTimeout(grace, true, { ref: false })])
    if (isLate) {
      for (const giveUp of this.#running.keys()) giveUp.abort()
      await Promise.all(this.#running.values())
      // Those on which a request has only begun, too.
      this.#server.closeAllConnections()
    }
    await closed
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const giveUp = new AbortController()
    response.on('close', () => giveUp.abort())
    if (this.#isStopping) response.setHeader('connection', 'close')
    const answered = this.#answer(request, response, giveUp.signal)
    this.#running.set(giveUp, answered)
    await answered
    this.#running.delete(giveUp)
  }

  async #answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const { route, params } = find(this.#routes, request.method ?? 'GET', url.pathname)
      await route.answer({ engine: this.#engine, request, response, url, params, signal })
    } catch (error) {
      refuse(response, error)
    }
    // A client that keeps its connection would keep a service that stops.
    response.on('close', () => this.#isStopping && this.#server.closeIdleConnections())
  }
}
