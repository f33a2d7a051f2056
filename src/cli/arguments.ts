/** The words and flags of a command line, checked against what its command takes. */
import { parseArgs } from 'node:util'
import { nearest, suggestion } from '../base/nearest.ts'
import { type Command, commonFlags, type Flag, type Given } from './command.ts'
import { CommandError } from './command-error.ts'

export type Parsed =
  | { readonly kind: 'version' }
  /** `command` is null for the help of all; `group` is the first word of several commands. */
  | { readonly kind: 'help'; readonly command: Command | null; readonly group: string | null }
  | { readonly kind: 'run'; readonly command: Command; readonly words: readonly string[]; readonly given: Given }

/**
 * What a command line asks for.
 * @throws CommandError for a command, a flag or a count of words that there is not
 */
export function parse(argv: readonly string[], commands: readonly Command[]): Parsed {
  const all = Object.assign({}, ...commands.map(({ flags }) => flags), commonFlags) as Record<string, Flag>
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries([
      ...Object.entries(all).map(([name, { takes }]) => [name, { type: takes === null ? 'boolean' : 'string' }]),
      ['help', { type: 'boolean', short: 'h' }],
      ['version', { type: 'boolean', short: 'v' }],
    ]),
  })
  const words: string[] = []
  const flags: { readonly name: string; readonly raw: string; readonly value: string | undefined }[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind === 'option') flags.push({ name: token.name, raw: token.rawName, value: token.value })
  }
  const asksHelp = flags.some(({ name }) => name === 'help')
  if (flags.some(({ name }) => name === 'version') && !asksHelp) return { kind: 'version' }
  if (words[0] === 'help') words.shift()
  else if (words.length > 0 && !asksHelp) return running(words, flags, commands)
  return { kind: 'help', ...helpFor(words, flags, commands) }
}

type GivenFlag = { readonly name: string; readonly raw: string; readonly value: string | undefined }

function running(words: string[], flags: readonly GivenFlag[], commands: readonly Command[]): Parsed {
  const { command, group } = found(words, commands)
  if (command === null) {
    if (words.length === 1) return { kind: 'help', command: null, group }
    throw unknownCommand(words.slice(0, 2).join(' '), commands)
  }
  checkFlags(flags, command)
  const rest = words.slice(command.name.split(' ').length)
  if (rest.length !== command.words.length) {
    const wanted = command.words.length === 0 ? 'no words' : command.words.join(' ')
    throw new CommandError('commandWords', [
      command.name,
      wanted,
      rest.length === 0 ? 'nothing' : `'${rest.join(' ')}'`,
    ])
  }
  return { kind: 'run', command, words: rest, given: given(flags) }
}

function helpFor(words: string[], flags: readonly GivenFlag[], commands: readonly Command[]) {
  if (words.length === 0) {
    checkFlags(flags, null)
    return { command: null, group: null }
  }
  return found(words, commands)
}

/** The command that the words begin with, or the group of commands. */
function found(
  words: readonly string[],
  commands: readonly Command[],
): { command: Command | null; group: string | null } {
  const [first = '', second] = words
  const command =
    commands.find(({ name }) => name === first) ?? commands.find(({ name }) => name === `${first} ${second}`) ?? null
  if (command !== null) return { command, group: null }
  if (!commands.some(({ name }) => name.startsWith(`${first} `))) throw unknownCommand(first, commands)
  return { command: null, group: first }
}

function unknownCommand(name: string, commands: readonly Command[]): CommandError {
  const known = commands.flatMap(command => (name.includes(' ') ? [command.name] : [command.name.split(' ')[0] ?? '']))
  const inGroups = new Map(commands.flatMap(command => lastOfTwo(command.name)))
  const near = nearest(name, known) ?? inGroups.get(nearest(name, inGroups.keys()) ?? '')
  return new CommandError('unknownCommand', [name, near === undefined ? '' : `; did you mean '${near}'?`])
}

/** The second of two words, which people write alone, with both. */
function lastOfTwo(name: string): [last: string, name: string][] {
  const [, last] = name.split(' ')
  return last === undefined ? [] : [[last, name]]
}

function checkFlags(flags: readonly GivenFlag[], command: Command | null): void {
  const known: Readonly<Record<string, Flag>> = { ...commonFlags, ...command?.flags }
  for (const { name, raw, value } of flags) {
    const flag = Object.hasOwn(known, name) ? known[name] : undefined
    if (flag === undefined) {
      const whose = command === null ? 'cupel' : `cupel ${command.name}`
      throw new CommandError('unknownFlag', [whose, raw, suggestion(name, Object.keys(known)).replace(`'`, `'--`)])
    }
    if (flag.takes === null && value !== undefined) throw new CommandError('flagAlone', [raw])
    // A flag where a value is wanted is a value forgotten.
    if (flag.takes !== null && (value === undefined || value === '' || value.startsWith('--')))
      throw new CommandError('flagValue', [raw, flag.takes])
    if (flag.takes !== null && flag.many !== true && flags.filter(one => one.name === name).length > 1)
      throw new CommandError('flagTwice', [raw])
  }
}

function given(flags: readonly GivenFlag[]): Given {
  const list = (name: string) => flags.flatMap(one => (one.name === name ? [one.value ?? ''] : []))
  return {
    is: name => flags.some(one => one.name === name),
    text: name => list(name)[0],
    list,
  }
}
