/** The messages of the protocol that carry statements, written one behind the other into one buffer (PostgreSQL manual, "Message Formats"). */

const start = 4096
/** A buffer that has grown past this is handed over as it is. */
const large = 65_536

/** Writes requests. One serves all connections, since a request is written without a pause. */
class RequestWriter {
  #buffer = Buffer.allocUnsafe(start)
  #at = 0

  /** Begins a request. What a failure left of another is dropped. */
  start(): this {
    this.#at = 0
    return this
  }

  /** Several statements in one text, without values. */
  query(text: string): void {
    const length = this.#begin('Q')
    this.#string(text)
    this.#end(length)
  }

  parse(name: string, text: string): void {
    const length = this.#begin('P')
    this.#string(name)
    this.#string(text)
    // The types of the parameters are left to the server.
    this.#int2(0)
    this.#end(length)
  }

  /** Values are in text form; `formats` are those of the result. */
  bind(portal: string, name: string, values: readonly (string | null)[], formats: readonly (0 | 1)[]): void {
    const length = this.#begin('B')
    this.#string(portal)
    this.#string(name)
    this.#int2(0)
    this.#int2(values.length)
    for (const value of values) this.#value(value)
    this.#int2(formats.length)
    for (const format of formats) this.#int2(format)
    this.#end(length)
  }

  describe(what: 'S' | 'P', name: string): void {
    const length = this.#begin('D')
    this.#byte(what)
    this.#string(name)
    this.#end(length)
  }

  /** @param rows how many at most; 0 for all */
  execute(portal: string, rows: number): void {
    const length = this.#begin('E')
    this.#string(portal)
    this.#int4(rows)
    this.#end(length)
  }

  /** Forgets a prepared statement or closes a portal; does nothing when there is none. */
  close(what: 'S' | 'P', name: string): void {
    const length = this.#begin('C')
    this.#byte(what)
    this.#string(name)
    this.#end(length)
  }

  /** Lines that a COPY waits for. */
  copyData(lines: string): void {
    const length = this.#begin('d')
    // No character of JavaScript's takes more than three bytes.
    this.#room(3 * lines.length)
    this.#at += this.#buffer.write(lines, this.#at)
    this.#end(length)
  }

  copyDone(): void {
    this.#end(this.#begin('c'))
  }

  /** Ends a COPY that the server waits for, with an error. */
  copyFail(reason: string): void {
    const length = this.#begin('f')
    this.#string(reason)
    this.#end(length)
  }

  sync(): void {
    this.#end(this.#begin('S'))
  }

  /** The request. */
  take(): Buffer {
    if (this.#at < large) {
      const bytes = Buffer.allocUnsafe(this.#at)
      this.#buffer.copy(bytes, 0, 0, this.#at)
      return bytes
    }
    const written = this.#buffer.subarray(0, this.#at)
    this.#buffer = Buffer.allocUnsafe(start)
    return written
  }

  #begin(kind: string): number {
    this.#byte(kind)
    this.#room(4)
    this.#at += 4
    return this.#at - 4
  }

  #end(length: number): void {
    this.#buffer.writeInt32BE(this.#at - length, length)
  }

  #byte(letter: string): void {
    this.#room(1)
    this.#buffer[this.#at++] = letter.charCodeAt(0)
  }

  #int2(value: number): void {
    this.#room(2)
    this.#at = this.#buffer.writeUInt16BE(value, this.#at)
  }

  #int4(value: number): void {
    this.#room(4)
    this.#at = this.#buffer.writeInt32BE(value, this.#at)
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#int4(-1)
      return
    }
    // No character of JavaScript's takes more than three bytes.
    this.#room(4 + 3 * value.length)
    const size = this.#buffer.write(value, this.#at + 4)
    this.#buffer.writeInt32BE(size, this.#at)
    this.#at += 4 + size
  }

  #string(text: string): void {
    this.#room(3 * text.length + 1)
    if (text.length > 0) this.#at += this.#buffer.write(text, this.#at)
    this.#buffer[this.#at++] = 0
  }

  #room(size: number): void {
    if (this.#at + size <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + size))
    this.#buffer.copy(larger, 0, 0, this.#at)
    this.#buffer = larger
  }
}

/** The writer of requests: between `start` and `take` nothing may be awaited. */
export const request = new RequestWriter()
