/** `cupel migrate up`. */
import type { MigrationProblem } from '../metadata/migrate/status.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { dryRun, migrationFlags, ran, withMigrations } from './migrations.ts'

const passable: readonly Exclude<MigrationProblem, 'half squashed'>[] = ['changed', 'missing', 'out of order']

export const migrateUp: Command = {
  name: 'migrate up',
  says: 'run the migrations that the database lacks',
  words: [],
  flags: {
    to: { takes: '<name>', says: 'the last one to run; all unless stated' },
    'dry-run': dryRun,
    allow: { takes: '<problem>', many: true, says: passable.map(one => one.replaceAll(' ', '-')).join(', ') },
    ...migrationFlags,
  },
  more: `
Runs them the oldest first, each step in a transaction of its own. Runners that
are started at once wait for each other. One that failed goes on where it
stopped when it is run again.`,
  async run(call) {
    const allow = call.given.list('allow').map(name => {
      const found = passable.find(one => one === name.replaceAll('-', ' '))
      if (found === undefined) throw new CommandError('unknownProblem', [name])
      return found
    })
    const isDry = call.given.is('dry-run')
    const result = await withMigrations(call, one => one.up({ to: call.given.text('to'), allow, dryRun: isDry }))
    return ran(result, 'applied', isDry)
  },
}
