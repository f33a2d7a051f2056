/** Rows on their way out, as COPY gives them to a client: no more are in memory than the loop that takes them has asked for. */
import type { Duplex } from 'node:stream'
import { textRows } from './driver.ts'
import { Exchange } from './exchange.ts'
import { request } from './request.ts'
import type { Wire } from './wire.ts'

/** Makes what is wanted of a line, which ends with its newline. The bytes stay as they are. */
export type ReadLine<Made> = (bytes: Buffer, start: number, end: number) => Made

/** What a COPY gives, piece by piece. */
export interface CopyOut<Made> {
  /** What has come since; nothing when there is no more. */
  next(): Promise<Made[]>
  /** Ends it before its end: what is still to come is passed over. */
  close(): Promise<void>
}

/** Bytes that may wait to be taken, before the server is made to wait. */
const enough = 128 * 1024
const copyData = 0x64

export class CopyOutExchange<Made> extends Exchange implements CopyOut<Made> {
  readonly #stream: Duplex
  readonly #read: ReadLine<Made>
  readonly #cancel: () => Promise<void>
  #ready: Made[] = []
  #size = 0
  #state: 'open' | 'closed' | 'over' = 'open'
  #thrown: { readonly error: unknown } | null = null
  #wake = (): void => {}
  #answer: Promise<void> | null = null

  constructor(stream: Duplex, read: ReadLine<Made>, cancel: () => Promise<void>) {
    super([{ readers: textRows, prepared: null, parses: false, fields: null, read: null }], true)
    this.#stream = stream
    this.#read = read
    this.#cancel = cancel
  }

  /** Sends the statement; resolves when the answer has come in full, whatever it is. */
  async run(wire: Wire, text: string): Promise<void> {
    request.start()
    request.query(text)
    this.#answer = wire.send(this)
    try {
      await this.#answer
    } catch (error) {
      this.#thrown ??= { error }
    } finally {
      if (this.#state === 'open') this.#state = 'over'
      this.#wake()
    }
  }

  /** It could not even begin. */
  fail(error: unknown): void {
    this.#thrown ??= { error }
    this.#wake()
  }

  override message(buffer: Buffer, at: number, size: number): void {
    if (buffer[at] !== copyData) super.message(buffer, at, size)
    else this.#take(buffer, at, size)
  }

  #take(buffer: Buffer, at: number, size: number): void {
    if (this.#state !== 'open' || this.#thrown !== null) return
    try {
      this.#ready.push(this.#read(buffer, at + 5, at + size))
    } catch (error) {
      this.#thrown = { error }
    }
    this.#size += size
    if (this.#size >= enough) this.#stream.pause()
    this.#wake()
  }

  async next(): Promise<Made[]> {
    if (this.#ready.length === 0 && this.#state === 'open' && this.#thrown === null) {
      await new Promise<void>(resolve => (this.#wake = resolve))
    }
    const made = this.#ready
    this.#ready = []
    this.#size = 0
    this.#stream.resume()
    if (made.length > 0) return made
    if (this.#thrown !== null) throw this.#thrown.error
    if (this.error !== null) throw this.error
    return made
  }

  async close(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closed'
    this.#ready = []
    const canceled = this.#cancel().catch(() => {})
    this.#stream.resume()
    await this.#answer?.catch(() => {})
    // What the request might still stop is nobody else's statement.
    await canceled
  }
}
