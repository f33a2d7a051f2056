/** `cupel migrate squash`. */
import { Migrations } from '../metadata/migrate/migrations.ts'
import { createEngine } from '../index.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { migrationFlags, migrationsFolder, programs } from './migrations.ts'
import { rehearsed } from './rehearsed.ts'
import { settingsOf, shownPath } from './settings.ts'

export const migrateSquash: Command = {
  name: 'migrate squash',
  says: 'write one migration in place of several',
  words: [],
  flags: {
    from: { takes: '<name>', says: 'the first; the oldest unless stated' },
    to: { takes: '<name>', says: 'the last; the newest unless stated' },
    title: { takes: '<title>', says: 'what it is called; squashed unless stated' },
    as: { takes: 'schema|steps', says: 'the schema they lead to, or all their steps' },
    ...migrationFlags,
  },
  more: `
Runs them, and the one that is to stand for them, on two empty embedded
databases, and writes only when both come out the same. Your database is not
asked: where they are applied, the next 'migrate up' writes the new one down and
runs nothing.`,
  async run(call) {
    const { given, folder, output } = call
    const as = given.text('as')
    if (as !== undefined && as !== 'schema' && as !== 'steps') throw new CommandError('unknownSquash', [as])
    output.progress('trying both on empty databases …')
    // Nothing is asked of it, and nothing opened.
    await using engine = createEngine()
    const migrations = new Migrations(engine, migrationsFolder(call, await settingsOf(call)), { load: programs(call) })
    const [from, to, title] = [given.text('from'), given.text('to'), given.text('title')]
    const made = await rehearsed(output, () => migrations.squash({ from, to, title, as }))
    const files = made.files.map(file => shownPath(folder, file))
    return {
      json: { ...made, files },
      text: [...files.map(file => `wrote ${file}`), ...made.replaced.map(name => `in place of ${name}`)].join('\n'),
    }
  },
}
