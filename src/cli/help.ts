/** What `--help` prints: it fits 80 columns and 24 lines. */
import { type Command, commonFlags, type Flag } from './command.ts'

/** The help of all commands, or of those whose names begin with a word. */
export function overview(commands: readonly Command[], group: string | null): string {
  const shown = group === null ? commands : commands.filter(({ name }) => name.startsWith(`${group} `))
  const title =
    group === null
      ? 'cupel <command> [options]: the schema literal and its database'
      : `cupel ${group} <command> [options]`
  const lines = table(shown.map(command => [called(command), command.says]))
  return [title, '', ...lines, '', ...flagLines(commonFlags), ''].join('\n')
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const own = Object.keys(command.flags).length === 0 ? [] : [...flagLines(command.flags), '']
  const title = `cupel ${called(command)} [options]: ${command.says}`
  return [title, '', command.more.trim(), '', ...own, ...flagLines(commonFlags), ''].join('\n')
}

function called({ name, words }: Command): string {
  return [name, ...words].join(' ')
}

function flagLines(flags: Readonly<Record<string, Flag>>): string[] {
  return table(
    Object.entries(flags).map(([name, { takes, says }]) => [`--${name}${takes === null ? '' : ` ${takes}`}`, says]),
  )
}

function table(rows: readonly (readonly [name: string, says: string])[]): string[] {
  const width = Math.max(18, ...rows.map(([name]) => name.length))
  return rows.map(([name, says]) => `  ${name.padEnd(width)}  ${says}`)
}
