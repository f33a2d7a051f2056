/** One command line, from its words to its exit status. */
import { readFileSync } from 'node:fs'
import { MigrationError } from '../base/errors.ts'
import { fileErrorWords, isFileError } from '../base/file-error.ts'
import { messages } from '../base/messages.ts'
import { StatementError } from '../engine/statement-error.ts'
import { parse } from './arguments.ts'
import type { Call, Command, Ending } from './command.ts'
import { CommandError } from './command-error.ts'
import { commandHelp, overview } from './help.ts'
import type { Output } from './output.ts'

/** What each ending is to whoever called; 1 is left for faults of cupel's own. */
const statuses: Readonly<Record<Ending, number>> = { done: 0, failed: 2, declined: 3 }

/** Runs a command line and prints what comes of it. @returns the exit status; it never throws */
export async function run(
  argv: readonly string[],
  commands: readonly Command[],
  around: Pick<Call, 'folder' | 'env' | 'output' | 'ask' | 'signal'>,
): Promise<number> {
  const { output, signal } = around
  try {
    const asked = parse(argv, commands)
    if (asked.kind === 'version') {
      const version = versionOf()
      output.data(output.json ? JSON.stringify({ version }) : version)
      return statuses.done
    }
    if (asked.kind === 'help') {
      const { command, group } = asked
      const help = command === null ? overview(commands, group) : commandHelp(command)
      output.data(output.json ? JSON.stringify({ help }) : help)
      return statuses.done
    }
    const { command, words, given } = asked
    const { ending = 'done', json, text } = await command.run({ ...around, words, given })
    if (signal.aborted) return statuses.failed
    output.data(output.json ? JSON.stringify(json, null, 2) : text)
    return statuses[ending]
  } catch (error) {
    output.clear()
    if (signal.aborted) {
      // What was done before it, and where it stopped.
      if (error instanceof MigrationError) output.note(`${output.accent('red', 'interrupted')}: ${error.message}`)
      return statuses.failed
    }
    return failed(inWords(error), output)
  }
}

/** What the system refuses is no fault of this program: it is said of which file, and why. */
function inWords(error: unknown): unknown {
  if (!isFileError(error)) return error
  return new CommandError('fileRefused', [String(error.path), fileErrorWords(error)], { cause: error })
}

function failed(error: unknown, output: Output): number {
  const isExpected =
    error instanceof StatementError || (error instanceof Error && 'code' in error && isCode(error.code))
  const status = isExpected ? statuses.failed : 1
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  if (output.json) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const sqlState = error instanceof StatementError ? error.sqlState : undefined
    const about = error instanceof MigrationError ? aboutMigration(error) : {}
    output.data(JSON.stringify({ error: { name, code, sqlState, message, ...about }, status }, null, 2))
  }
  output.note(`${output.accent('red', 'error')}: ${message}`)
  if (error instanceof StatementError && error.detail !== null) output.note(`detail: ${error.detail}`)
  if (!isExpected) {
    output.note('This is a fault of cupel; where it came from:')
    output.note(error instanceof Error ? (error.stack ?? '') : '')
  }
  return status
}

function aboutMigration({ migration, step, line, done }: MigrationError): object {
  return { migration, step, line, done }
}

function isCode(code: unknown): boolean {
  return typeof code === 'string' && Object.hasOwn(messages, code)
}

/** The version in the package that this file is of: two folders above the sources, three above what is built. */
function versionOf(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))
      if (name === 'cupel') return version
    } catch {}
  }
  throw new Error('the package has no package.json')
}
