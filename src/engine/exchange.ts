/** What a server answers to one request, message by message (PostgreSQL manual, "Message Formats"). */
import type { Fetched, RawField, RowReaders } from './driver.ts'
import type { Prepared } from './prepared.ts'
import type { ReadRow } from '../sql/row-reader.ts'

/** One statement of a request, and what to make of its answer. */
export interface Step {
  readonly readers: RowReaders
  /** Where its description is to be kept. */
  readonly prepared: Prepared | null
  /** Whether it is prepared by this request. */
  readonly parses: boolean
  /** Known beforehand; then nothing was asked. */
  readonly fields: readonly RawField[] | null
  readonly read: ReadRow | null
}

/** What a statement gave. Rows whose reader was not known are kept as they came. */
export interface Outcome extends Fetched {
  fields: readonly RawField[]
  rowCount: number
  command: string
  /** Whether there may be more rows: a portal was read in part. */
  suspended: boolean
  held: Buffer[]
}

const nothing: readonly RawField[] = []
/** '0'. */
const zero = 0x30
const [dataRow, rowDescription, noData, commandComplete, emptyQuery, portalSuspended, parseComplete] = [
  0x44, 0x54, 0x6e, 0x43, 0x49, 0x73, 0x31,
]

export class Exchange {
  readonly outcomes: Outcome[] = []
  /** Whether one text may hold several statements, of which the last counts. */
  readonly #isSimple: boolean
  readonly #steps: readonly Step[]
  #at = 0
  #parsed = 0
  #current: Outcome
  #read: ReadRow | null
  #fault: { readonly thrown: unknown } | null = null
  /** The driver's error, when the server refused a statement. */
  error: Error | null = null

  constructor(steps: readonly Step[], isSimple = false) {
    this.#steps = steps
    this.#isSimple = isSimple
    this.#current = this.#fresh()
    this.#read = steps[0]?.read ?? null
  }

  /** The statement that is being answered; as many as there are when all are. */
  get at(): number {
    return this.#at
  }

  /** What a reader of rows threw; null when none did. */
  get fault(): { readonly thrown: unknown } | null {
    return this.#fault
  }

  /** Statements whose preparing was asked for and not confirmed. */
  *unprepared(): Iterable<Prepared> {
    let seen = 0
    for (const { parses, prepared } of this.#steps) {
      if (parses && seen++ >= this.#parsed && prepared !== null) yield prepared
    }
  }

  /** Takes a message, from its kind on. What readers throw is kept: the rest of the answer must be read all the same. */
  message(buffer: Buffer, at: number, size: number): void {
    try {
      this.#take(buffer, at, size)
    } catch (error) {
      // The first is the one to hear of.
      this.#fault ??= { thrown: error }
    }
  }

  #take(buffer: Buffer, at: number, size: number): void {
    switch (buffer[at]) {
      case dataRow:
        this.#row(buffer, at + 5, size - 5)
        break
      case rowDescription:
        this.#describe(fieldsAt(buffer, at + 5))
        break
      case noData:
        this.#describe(nothing)
        break
      case commandComplete:
        this.#complete(buffer.toString('latin1', at + 5, at + size - 1))
        break
      case emptyQuery:
        this.#complete('')
        break
      case portalSuspended:
        this.#current.suspended = true
        this.#complete('')
        break
      case parseComplete:
        this.#parsed++
    }
  }

  #row(buffer: Buffer, at: number, size: number): void {
    if (this.#read === null) {
      this.#current.held.push(Buffer.from(buffer.subarray(at, at + size)))
      return
    }
    this.#current.rows.push(this.#read(buffer, at))
  }

  #describe(fields: readonly RawField[]): void {
    const step = this.#steps[this.#at]
    if (step === undefined) return
    if (step.prepared !== null) step.prepared.fields = fields
    this.#current.fields = fields
    this.#read = fields.length === 0 ? null : (step.readers.reader(fields)?.text ?? null)
  }

  #complete(tag: string): void {
    const space = tag.indexOf(' ')
    this.#current.command = space < 0 ? tag : tag.slice(0, space)
    this.#current.rowCount = space < 0 ? 0 : lastNumber(tag)
    if (this.#isSimple) this.outcomes[0] = this.#current
    else {
      this.outcomes.push(this.#current)
      this.#at++
      if (this.#at >= this.#steps.length) return
    }
    this.#read = this.#isSimple ? null : (this.#steps[this.#at]?.read ?? null)
    this.#current = this.#fresh()
  }

  #fresh(): Outcome {
    const fields = this.#steps[this.#at]?.fields ?? nothing
    return { fields, rows: [], held: [], rowCount: 0, command: '', suspended: false }
  }
}

/** The number at the end of a tag, as in `INSERT 0 3`; 0 where there is none. */
function lastNumber(tag: string): number {
  let [number, unit] = [0, 1]
  for (let at = tag.length - 1; at >= 0; at--) {
    const digit = tag.charCodeAt(at) - zero
    if (digit < 0 || digit > 9) break
    number += digit * unit
    unit *= 10
  }
  return number
}

/** The fields of a RowDescription. */
function fieldsAt(buffer: Buffer, start: number): RawField[] {
  const fields: RawField[] = []
  let at = start + 2
  for (let count = buffer.readInt16BE(start); count > 0; count--) {
    const end = buffer.indexOf(0, at)
    fields.push({
      name: buffer.toString('utf8', at, end),
      tableOid: buffer.readUInt32BE(end + 1),
      column: buffer.readInt16BE(end + 5),
      typeOid: buffer.readUInt32BE(end + 7),
    })
    at = end + 19
  }
  return fields
}
