/** Where the command line writes: data to the standard output, all else to the standard error. */
import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** A stream that may be a terminal. */
export interface Sink {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface OutputOptions {
  readonly out: Sink
  readonly err: Sink
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether one JSON document is all that is printed. */
  readonly json: boolean
}

export class Output {
  readonly json: boolean
  readonly #out: Sink
  readonly #err: Sink
  readonly #env: OutputOptions['env']
  #isDrawn = false

  constructor({ out, err, env, json }: OutputOptions) {
    this.#out = out
    this.#err = err
    this.#env = env
    this.json = json
  }

  /** Writes data: what a pipe is to get. */
  data(text: string): void {
    this.clear()
    this.#out.write(text === '' || text.endsWith('\n') ? text : `${text}\n`)
  }

  /** Writes a line for a person. */
  note(text: string): void {
    this.clear()
    this.#err.write(`${text}\n`)
  }

  /** Shows what is being done, on a terminal; the next one takes its place. */
  progress(text: string): void {
    if (this.#err.isTTY !== true || this.json || this.#env['TERM'] === 'dumb') return
    this.#err.write(`\r\x1b[2K${this.#styled('dim', text, this.#err)}`)
    this.#isDrawn = true
  }

  /** Takes away what `progress` showed. */
  clear(): void {
    if (this.#isDrawn) this.#err.write('\r\x1b[2K')
    this.#isDrawn = false
  }

  /** The text in a style, where the standard output shows styles. */
  styled(style: Style, text: string): string {
    return this.#styled(style, text, this.#out)
  }

  /** The text in a style, where the standard error shows styles. */
  accent(style: Style, text: string): string {
    return this.#styled(style, text, this.#err)
  }

  #styled(style: Style, text: string, sink: Sink): string {
    const { NO_COLOR, TERM } = this.#env
    if (sink.isTTY !== true || (NO_COLOR ?? '') !== '' || TERM === 'dumb') return text
    // Node itself would look at the standard output, whichever stream the text is for.
    return styleText(style, text, { validateStream: false } as never)
  }
}
