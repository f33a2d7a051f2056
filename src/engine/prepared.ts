/** The statements that one connection of a server keeps prepared. */
import { randomBytes } from 'node:crypto'
import type { RawField, RowReader, RowReaders } from './driver.ts'

/** A statement that the server has under a name. */
export interface Prepared {
  readonly name: string
  readonly text: string
  /** What its rows are made of; null until the server has said so. The server holds it to that: it refuses a plan that gives others. */
  fields: readonly RawField[] | null
  /** Whether it stays prepared. */
  readonly isKept: boolean
  /** When it was last sent. */
  used: number
  /** How often it was answered quickly since it was not. */
  quick: number
  /** The reader that was last asked for. */
  bound: { readonly readers: RowReaders; readonly reader: RowReader } | null
}

/** Statements kept on one connection. */
export const maxPrepared = 128
/** Characters: longer texts are made by programs, and seldom twice. */
const maxText = 10_000
/** Milliseconds within which an answer is quick. */
const quickly = 5
/** After how many quick answers the next is thought to be one. */
const enoughTimes = 3

/** Takes note of how long an answer took, in milliseconds. */
export function noteTime(prepared: Prepared, took: number): void {
  prepared.quick = took < quickly ? prepared.quick + 1 : 0
}

/** Prepared statements by their text; of too many, the one that was not used for the longest time is forgotten. */
export class PreparedStatements {
  readonly #byText = new Map<string, Prepared>()
  /** Behind a pooler other connections prepare statements in the same server process, and a name must never be theirs. */
  readonly #prefix = `cupel_${randomBytes(6).toString('hex')}_`
  #clock = 0
  /** Names that the server still has. */
  #dropped: string[] = []

  find(text: string): Prepared | null {
    const found = this.#byText.get(text) ?? null
    if (found !== null) found.used = ++this.#clock
    return found
  }

  /** Whether a statement is prepared, and was answered quickly the last times. */
  isQuick(text: string): boolean {
    return (this.#byText.get(text)?.quick ?? 0) >= enoughTimes
  }

  /** Keeps a statement that is about to be prepared; null when it is not worth keeping. */
  add(text: string): Prepared | null {
    if (text.length > maxText) return null
    if (this.#byText.size >= maxPrepared) this.#forgetOldest()
    const prepared = this.#make(text, true)
    this.#byText.set(text, prepared)
    return prepared
  }

  /** One that whoever asks for it makes the server forget. */
  temporary(text: string): Prepared {
    return this.#make(text, false)
  }

  /** A name that nobody else has for a statement or a portal. */
  newName(): string {
    return this.#prefix + ++this.#clock
  }

  #make(text: string, isKept: boolean): Prepared {
    return { name: this.newName(), text, isKept, fields: null, used: this.#clock, quick: 0, bound: null }
  }

  /** Forgets one. The server does not, unless it has done so already. */
  forget(prepared: Prepared): void {
    if (this.#byText.get(prepared.text) !== prepared) return
    this.#byText.delete(prepared.text)
    this.#dropped.push(prepared.name)
  }

  /** Forgets all. The server does not. */
  forgetAll(): void {
    for (const prepared of this.#byText.values()) this.forget(prepared)
  }

  /** Forgets all, as the server did. */
  clear(): void {
    this.#byText.clear()
    this.#dropped = []
  }

  /** Names that the server should forget, once. */
  takeDropped(): readonly string[] {
    if (this.#dropped.length === 0) return none
    const dropped = this.#dropped
    this.#dropped = []
    return dropped
  }

  #forgetOldest(): void {
    let oldest: Prepared | null = null
    for (const prepared of this.#byText.values()) {
      if (oldest === null || prepared.used < oldest.used) oldest = prepared
    }
    if (oldest !== null) this.forget(oldest)
  }
}

const none: readonly string[] = []
