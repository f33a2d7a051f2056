/** What a command of the command line is. */
import type { Output } from './output.ts'

export interface Flag {
  /** What it takes, as help shows it: `<address>`; null where it stands alone. */
  readonly takes: string | null
  /** Whether it may be given several times. */
  readonly many?: true
  readonly says: string
}

/** How a command ended: `done`, an expected failure that its text tells of, or an answer of no. */
export type Ending = 'done' | 'failed' | 'declined'

export interface Outcome {
  /** `done` unless stated. */
  readonly ending?: Ending
  /** What `--json` prints. */
  readonly json: unknown
  /** What is printed without it, on the standard output. */
  readonly text: string
}

/** What a command was called with. */
export interface Call {
  /** The folder that paths on the command line start from. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly words: readonly string[]
  readonly given: Given
  readonly output: Output
  /** Asks for a yes or a no; null where nobody sits at a terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | null
  /** Aborted when the program is asked to end. */
  readonly signal: AbortSignal
}

/** The flags that were given, by their names without dashes. */
export interface Given {
  is(flag: string): boolean
  text(flag: string): string | undefined
  list(flag: string): readonly string[]
}

export interface Command {
  /** One word, or two: `migrate up`. */
  readonly name: string
  /** What it does, in a line of help. */
  readonly says: string
  /** The words that it takes after its name, as `<name>`. */
  readonly words: readonly string[]
  readonly flags: Readonly<Record<string, Flag>>
  /** More than a line can say, for its own help; lines of up to 78 characters. */
  readonly more: string
  run(call: Call): Promise<Outcome>
}

/** What every command takes. */
export const commonFlags: Readonly<Record<string, Flag>> = {
  url: { takes: '<address>', says: 'the database: postgres://… or pglite:./folder' },
  config: { takes: '<file>', says: 'the settings; cupel.config.ts unless stated' },
  schema: { takes: '<file>', says: 'the file that exports the schema' },
  json: { takes: null, says: 'one JSON document on the standard output' },
  help: { takes: null, says: 'what a command does and takes' },
  version: { takes: null, says: 'the version of cupel' },
}
