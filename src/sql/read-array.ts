/** Arrays in the form that Postgres prints. */
import { unreadable } from './unreadable.ts'

type ReadText = (text: string) => unknown

const [quote, backslash, open, close] = [34, 92, 123, 125]

/**
 * Reads arrays of any number of dimensions, as nested as the text is. Lower bounds other than 1, which Postgres prints before the
 * array, have no place in JavaScript and are passed over.
 * @example arrayReader(',', Number)('[0:1]={1,2}') // => [1, 2]
 */
export function arrayReader(delimiter: string, element: ReadText): (text: string) => unknown[] {
  const separator = delimiter.charCodeAt(0)
  return text => new ArrayText(text, separator, element).read()
}

class ArrayText {
  readonly #text: string
  readonly #separator: number
  readonly #element: ReadText
  #at: number

  constructor(text: string, separator: number, element: ReadText) {
    this.#text = text
    this.#separator = separator
    this.#element = element
    this.#at = text.charCodeAt(0) === open ? 0 : text.indexOf('=') + 1
  }

  read(): unknown[] {
    const values = this.#array()
    if (this.#at !== this.#text.length) throw unreadable('array')
    return values
  }

  #array(): unknown[] {
    const text = this.#text
    if (text.charCodeAt(this.#at++) !== open) throw unreadable('array')
    const values: unknown[] = []
    if (text.charCodeAt(this.#at) === close) {
      this.#at++
      return values
    }
    while (true) {
      const next = text.charCodeAt(this.#at)
      values.push(next === open ? this.#array() : next === quote ? this.#element(this.#quoted()) : this.#bare())
      const end = text.charCodeAt(this.#at++)
      if (end === close) return values
      if (end !== this.#separator) throw unreadable('array')
    }
  }

  #bare(): unknown {
    const start = this.#at
    let code = this.#text.charCodeAt(this.#at)
    while (code !== this.#separator && code !== close) {
      if (Number.isNaN(code)) throw unreadable('array')
      code = this.#text.charCodeAt(++this.#at)
    }
    const value = this.#text.slice(start, this.#at)
    return value === 'NULL' ? null : this.#element(value)
  }

  #quoted(): string {
    let start = ++this.#at
    let value = ''
    while (true) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === quote) return value + this.#text.slice(start, this.#at++)
      if (Number.isNaN(code)) throw unreadable('array')
      if (code === backslash) {
        value += this.#text.slice(start, this.#at)
        start = ++this.#at
      }
      this.#at++
    }
  }
}
