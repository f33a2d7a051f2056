/** Rows on their way into a table, as COPY takes them from a client. */
import type { Duplex } from 'node:stream'
import { Exchange } from './exchange.ts'
import { textRows } from './driver.ts'
import { request } from './request.ts'
import type { Wire } from './wire.ts'

/** Where lines come from. */
export interface Lines {
  /** The statement that takes them; null when there are none. */
  begin(): Promise<string | null>
  /** Whole lines; null at their end. */
  next(): Promise<string | null>
  /** Hears how many rows were copied by statements that are done, where one copy is several. */
  copied(count: number): void
}

const copyInResponse = 0x47

/** The answer to a COPY, which begins with the server's word that it is ready for rows. */
class CopyInExchange extends Exchange {
  readonly ready: Promise<void>
  #isReady = (): void => {}

  constructor() {
    super([{ readers: textRows, prepared: null, parses: false, fields: null, read: null }], true)
    this.ready = new Promise(resolve => (this.#isReady = resolve))
  }

  override message(buffer: Buffer, at: number, size: number): void {
    if (buffer[at] === copyInResponse) this.#isReady()
    else super.message(buffer, at, size)
  }

  /** How many rows were copied. @throws the server's error */
  get count(): number {
    if (this.error !== null) throw this.error
    return this.outcomes[0]?.rowCount ?? 0
  }
}

/** A COPY that was given up while it waited for rows: as the server says it, `query_canceled`. */
class CopyGivenUp extends Error {
  readonly code = '57014'
}

/**
 * Copies lines in, as fast as the server takes them.
 * @returns how many rows there were
 * @throws what the lines throw, or the driver's error; then nothing was copied
 */
export async function copyIn(wire: Wire, lines: Lines, signal?: AbortSignal): Promise<number> {
  const abort = aborted(signal)
  const text = await abort.before(lines.begin()).finally(abort.release)
  if (text === 'over') throw new CopyGivenUp()
  if (text === null) return 0
  const { stream } = wire
  return stream === null ? inPieces(wire, text, lines, signal) : inOne(wire, stream, text, lines, signal)
}

/** A database in this process takes a request whole, so each piece is a COPY of its own; a transaction makes them one. */
async function inPieces(wire: Wire, text: string, lines: Lines, signal?: AbortSignal): Promise<number> {
  let count = 0
  const abort = aborted(signal)
  try {
    for (let isFirst = true; ; isFirst = false) {
      const piece = await abort.before(lines.next())
      if (piece === 'over') throw new CopyGivenUp()
      // Without rows the table and its columns are asked for all the same.
      if (piece === null && !isFirst) return count
      const exchange = new CopyInExchange()
      request.start()
      request.query(text)
      if (piece !== null) request.copyData(piece)
      request.copyDone()
      await wire.send(exchange)
      count += exchange.count
      if (piece === null) return count
      lines.copied(count)
      await breath()
    }
  } finally {
    abort.release()
  }
}

async function inOne(wire: Wire, stream: Duplex, text: string, lines: Lines, signal?: AbortSignal): Promise<number> {
  const exchange = new CopyInExchange()
  request.start()
  request.query(text)
  let isAnswered = false
  const answer = wire.send(exchange).finally(() => (isAnswered = true))
  const abort = aborted(signal, answer)
  let thrown: { readonly error: unknown } | null = null
  let isWhole = false
  try {
    let isOpen = (await abort.before(exchange.ready)) !== 'over'
    while (isOpen) {
      const piece = await abort.before(lines.next())
      isWhole = piece === null
      if (piece === 'over' || piece === null) break
      request.start().copyData(piece)
      const isFull = !stream.write(request.take())
      isOpen = (await abort.before(isFull ? drained(stream) : breath())) !== 'over'
    }
  } catch (error) {
    thrown = { error }
  } finally {
    abort.release()
  }
  if (!isAnswered) {
    if (isWhole) request.start().copyDone()
    else request.start().copyFail('the rows came to no end')
    stream.write(request.take())
  }
  await answer
  if (thrown !== null) throw thrown.error
  return exchange.count
}

function drained(stream: Duplex): Promise<void> {
  // A socket that takes all at once says so before anything that came was read.
  return new Promise(resolve => stream.once('drain', () => setImmediate(resolve)))
}

/** Lets everybody else have a turn, and the server its say: rows that are at hand would not. */
function breath(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** What ends the wait for rows early: a signal, or the end of an answer. */
function aborted(signal?: AbortSignal, answer?: Promise<void>) {
  let isOver = signal?.aborted ?? false
  let wake = (): void => {}
  const over = (): void => {
    isOver = true
    wake()
  }
  signal?.addEventListener('abort', over)
  answer?.then(over, over)
  return {
    /** PERF: `Promise.race` with one promise that outlives many keeps all of them in memory. */
    before<Value>(work: Promise<Value>): Promise<Value | 'over'> {
      return new Promise((resolve, reject) => {
        // What comes too late is nobody's.
        work.then(resolve, reject)
        wake = () => resolve('over')
        if (isOver) wake()
      })
    },
    release(): void {
      signal?.removeEventListener('abort', over)
    },
  }
}
