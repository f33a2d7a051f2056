/** Rows in the forms of COPY (PostgreSQL manual, "COPY", "File Formats"). */

const special = /[\\\t\n\r]/
const escapes: { readonly [letter: string]: string } = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** A value as a field of a line of text, and NULL. */
export function textField(value: string | null): string {
  if (value === null) return '\\N'
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, letter => escapes[letter] ?? letter) : value
}

/** The values of a line of text, without its end. */
export function textFields(line: string): (string | null)[] {
  return line
    .split('\t')
    .map(field => (field === '\\N' ? null : field.replace(/\\(.)/g, (_, letter) => letters[letter] ?? letter)))
}

const letters: { readonly [letter: string]: string } = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** A line of text as the server writes it, which escapes more than it must. */
export function textLine(values: readonly (string | null)[]): string {
  return `${values.map(value => textField(value).replace(/[\b\f\v]/g, letter => printed[letter] ?? letter)).join('\t')}\n`
}

const printed: { readonly [letter: string]: string } = { '\b': '\\b', '\f': '\\f', '\v': '\\v' }

/** A line of comma separated values: NULL is nothing, and an empty text two quotes. */
export function csvLine(values: readonly (string | null)[]): string {
  const fields = values.map(value => {
    if (value === null) return ''
    const isQuoted = value === '' || /[",\n\r]/.test(value) || (values.length === 1 && value === '\\.')
    return isQuoted ? `"${value.replaceAll('"', '""')}"` : value
  })
  return `${fields.join(',')}\n`
}

const [tab, newline, backslash, capitalN] = [9, 10, 92, 78]
/** What stands behind a backslash, and what it means; any other byte means itself. */
const bytes: ReadonlyMap<number, number> = new Map(
  Object.entries(letters).map(([letter, meant]) => [letter.charCodeAt(0), meant.charCodeAt(0)]),
)

/** Makes messages of lines: a row of the protocol, as the readers of rows take it, of a line of text. */
export class LineMessage {
  readonly #count: number
  #buffer: Buffer = Buffer.allocUnsafe(4096)

  /** @param count how many columns there are */
  constructor(count: number) {
    this.#count = count
  }

  /** The message, from its count of columns on. The next call uses its memory again. */
  of(line: Buffer, start: number, end: number): Buffer {
    const room = 2 + 4 * this.#count + end - start
    if (this.#buffer.length < room) this.#buffer = Buffer.allocUnsafe(2 * room)
    const buffer = this.#buffer
    let to = buffer.writeInt16BE(this.#count, 0)
    let at = start
    for (let column = 0; column < this.#count; column++) {
      const sizeAt = to
      to += 4
      if (line[at] === backslash && line[at + 1] === capitalN) {
        buffer.writeInt32BE(-1, sizeAt)
        at += 3
        continue
      }
      while (at < end) {
        // Within the line.
        const byte = line[at++] as number
        if (byte === tab || byte === newline) break
        if (byte === backslash) {
          const letter = line[at++] as number
          buffer[to++] = bytes.get(letter) ?? letter
        } else buffer[to++] = byte
      }
      buffer.writeInt32BE(to - sizeAt - 4, sizeAt)
    }
    return buffer
  }
}
