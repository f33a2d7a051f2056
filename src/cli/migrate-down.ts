/** `cupel migrate down`. */
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { dryRun, migrationFlags, ran, wholeNumber, withMigrations } from './migrations.ts'

export const migrateDown: Command = {
  name: 'migrate down',
  says: 'undo the newest migration, or more',
  words: [],
  flags: {
    steps: { takes: '<count>', says: 'how many; 1 unless stated' },
    to: { takes: '<name>', says: 'undo all that come after this one' },
    all: { takes: null, says: 'undo all' },
    'dry-run': dryRun,
    ...migrationFlags,
  },
  more: `
Undoes them the newest first. Before anything is run, each of them must have a
way down.`,
  async run(call) {
    const { given } = call
    const stated = ['steps', 'to', 'all'].filter(flag => given.is(flag))
    if (stated.length > 1)
      throw new CommandError(
        'flagsTogether',
        stated.slice(0, 2).map(flag => `--${flag}`),
      )
    const isDry = given.is('dry-run')
    const steps = wholeNumber(call, 'steps')
    const to = given.is('all') ? null : given.text('to')
    return ran(await withMigrations(call, one => one.down({ steps, to, dryRun: isDry })), 'undone', isDry)
  },
}
