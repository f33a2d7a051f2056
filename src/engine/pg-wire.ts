/**
 * The protocol on a connection of node-postgres, beside pg's own use of it: messages that answer a statement of ours are read here,
 * where they lie, and all others are pg's, which keeps the login, TLS, errors, notices, notifications and the state of its client.
 */
import type { Duplex } from 'node:stream'
import type { Client, PoolClient } from 'pg'
import type { Exchange } from './exchange.ts'
import { FrameReader, header } from './frame-reader.ts'
import { isDirect, readDirectly } from './pg-socket.ts'
import { PgSubmission } from './pg-submission.ts'
import { type Carrier, Wire, forgetsAll, forgetsSettings } from './wire.ts'

type Listener = (chunk: Buffer) => void

const [readyForQuery, refusal, commandComplete, copyIn, notice, notification, parameter] = [
  0x5a, 0x45, 0x43, 0x47, 0x4e, 0x41, 0x53,
]
const readyAndIdle = Buffer.from([readyForQuery, 0, 0, 0, 5, 0x49])
const attempts = 3
/** Milliseconds after which what was sent behind others is sent again, by itself. */
const patience = 20

export class PgWire extends FrameReader implements Carrier {
  readonly wire = new Wire(this)
  readonly stream: Duplex
  readonly #client: PoolClient
  readonly #pgReads: Listener
  #current: PgSubmission | null = null
  /** What is to be sent in one piece, while it is being gathered. */
  #gathered: PgSubmission[] | null = null
  /** Looks after those that were sent behind others. */
  #late: NodeJS.Timeout | undefined
  /** Among how many it is shared. */
  sharers = 1
  /** Called once when an answer that nobody waits for has come in full. */
  onIdle: (() => void) | null = null
  /** Whether an error that pg is told of now is the server's answer to our statement. */
  #isAnswer = false
  /** Why the connection is gone; null while it is not. */
  lost: Error | null = null
  /** When it was last used, by `performance.now()`. */
  usedAt = performance.now()
  /** Whether the settings that decoding relies on are still in force. */
  isSettled = true

  /** Whether it is known that nobody is there any more: the server's last word may have come, and not yet the end of the socket. */
  get isGone(): boolean {
    const { stream } = this
    return this.lost !== null || !stream.writable || stream.readableEnded
  }

  private constructor(client: PoolClient, stream: Duplex, pgReads: Listener) {
    super(isDirect(stream))
    this.#client = client
    this.stream = stream
    this.#pgReads = pgReads
    // A connection lost between two statements is an event nobody awaits; the next statement reports it.
    client.on('error', (error: Error) => {
      this.lost ??= error
    })
    stream.removeListener('data', pgReads)
    const take = (chunk: Buffer): void => this.push(chunk)
    if (isDirect(stream)) readDirectly(stream, take)
    // One that is read directly has to flow, too, for its end to be heard of.
    stream.on('data', take)
    // After a refusal pg no longer waits for us. Its own word on the connection, which comes first, says more.
    stream.on('close', () => setImmediate(() => this.#lose(new Error('Connection terminated unexpectedly'))))
  }

  /**
   * Runs a text through pg, and takes the connection over where the answer ends; null for a client that cannot share its
   * connection, as that of libpq or one that pipelines.
   */
  static async attach(client: PoolClient, text: string): Promise<PgWire | null> {
    const stream = streamOf(client)
    for (let attempt = 0; attempt < attempts; attempt++) {
      const made = await PgWire.#attach(client, stream, attempt === 0 ? text : '')
      if (made !== null || stream === null) return made
    }
    return null
  }

  static async #attach(client: PoolClient, stream: Duplex | null, text: string): Promise<PgWire | null> {
    const [listener, ...others] = stream?.listeners('data') ?? []
    if (stream === null || listener === undefined || others.length > 0) {
      await client.query(text)
      return null
    }
    // The one listener that pg has given its stream.
    const pgReads = listener as Listener
    let made: PgWire | null = null
    let isAnswered = false
    // Called behind pg's own listener. Where the answer ends and nothing follows it, pg's parser holds no part of a message.
    const watch: Listener = chunk => {
      if (isAnswered && made === null && endsWithReady(chunk)) made = new PgWire(client, stream, pgReads)
    }
    stream.on('data', watch)
    try {
      await new Promise<void>((resolve, reject) => {
        client.query(text, [], failure => {
          isAnswered = true
          if (failure) reject(failure)
          else resolve()
        })
      })
    } finally {
      stream.removeListener('data', watch)
    }
    return made
  }

  send(bytes: Buffer, exchange: Exchange): Promise<void> {
    return new Promise((resolve, reject) => {
      const submission = new PgSubmission(this, bytes, exchange, resolve, reject)
      if (this.#gathered === null) this.#client.query(submission)
      else this.#gathered.push(submission)
    })
  }

  /** Whether an answer is still to come that nobody waits for any longer. */
  get isUnwanted(): boolean {
    return this.#current?.isAbandoned === true
  }

  /** Sends in one piece what is given to send until all that is now about to run has run: statements that read, of several callers. */
  gather(sharers: number): void {
    this.sharers = sharers
    this.#gathered = []
    // Behind those whose promises are resolved now.
    queueMicrotask(() => process.nextTick(() => this.#sendGathered()))
  }

  #sendGathered(): void {
    const [first, ...others] = this.#gathered ?? []
    this.#gathered = null
    if (first === undefined) return
    first.lead(others)
    // What arrived meanwhile is read first.
    if (others.length > 0) this.#late = setTimeout(() => setImmediate(() => this.#current?.next?.abandon()), patience)
    this.#client.query(first)
  }

  /** Begins to read what answers a submission, which is being sent. */
  begin(submission: PgSubmission): void {
    this.#current = submission
  }

  /** Takes an error from pg: the server's answer to our statement, behind which the server says that it is ready, or the end. */
  fail(submission: PgSubmission, error: Error): void {
    if (!this.#isAnswer) submission.lose(error)
    else if (this.#current !== null) this.#current.exchange.error ??= error
  }

  protected override message(buffer: Buffer, at: number, size: number): void {
    const kind = buffer[at]
    if (kind === commandComplete) this.#heed(buffer, at, size)
    const current = this.#current
    if (current === null) {
      this.#pgReads(buffer.subarray(at, at + size))
      return
    }
    switch (kind) {
      case readyForQuery:
        this.wire.status = buffer[at + header] ?? 0
        this.#end(current, buffer, at, size)
        break
      case refusal:
        if (current.isAbandoned && !isLast(buffer, at, size)) break
        this.#isAnswer = true
        this.#pgReads(buffer.subarray(at, at + size))
        this.#isAnswer = false
        break
      case copyIn:
        this.#pgReads(buffer.subarray(at, at + size))
        current.exchange.message(buffer, at, size)
        break
      case notice:
      case notification:
      case parameter:
        this.#pgReads(buffer.subarray(at, at + size))
        break
      default:
        current.exchange.message(buffer, at, size)
    }
  }

  /** An answer has come in full. */
  #end(current: PgSubmission, buffer: Buffer, at: number, size: number): void {
    const { next } = current
    this.#current = next
    if (next === null) {
      // Most often: a view on the buffer would cost as much as all that pg does with it.
      this.#pgReads(this.wire.isInTransaction ? buffer.subarray(at, at + size) : readyAndIdle)
      this.#rest()
    }
    // pg hears of one refusal in an answer.
    else if (current.exchange.error !== null && !next.isAbandoned) next.abandon()
    current.resolve()
  }

  #rest(): void {
    if (this.#late === undefined && this.onIdle === null) return
    clearTimeout(this.#late)
    this.#late = undefined
    const { onIdle } = this
    this.onIdle = null
    onIdle?.()
  }

  /** Anybody who uses the connection may make the server forget. */
  #heed(buffer: Buffer, at: number, size: number): void {
    if (forgetsAll(buffer, at + header, at + size)) this.wire.prepared.clear()
    if (forgetsSettings(buffer, at + header, at + size)) this.isSettled = false
  }

  #lose(error: Error): void {
    const current = this.#current
    this.#current = null
    current?.lose(error)
    this.#rest()
  }
}

/** What pg reads from; null for a client that keeps it to itself. */
function streamOf(client: PoolClient): Duplex | null {
  // A pool's clients are made by `Client`, or by what the user gave in its place.
  const { connection, pipeline } = client as Partial<Client>
  return pipeline === true || connection === undefined ? null : connection.stream
}

/** Whether an error is the last that a server says on a connection. */
function isLast(buffer: Buffer, at: number, size: number): boolean {
  return buffer.subarray(at, at + size).includes('\0VFATAL\0')
}

function endsWithReady(chunk: Buffer): boolean {
  const at = chunk.length - header - 1
  return at >= 0 && chunk[at] === readyForQuery && chunk.readUInt32BE(at + 1) === header
}
