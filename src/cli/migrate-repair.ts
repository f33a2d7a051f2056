/** `cupel migrate repair`. */
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { statusLines } from './migrate-status.ts'
import { migrationFlags, withMigrations } from './migrations.ts'

export const migrateRepair: Command = {
  name: 'migrate repair',
  says: 'change what the database remembers of migrations',
  words: [],
  flags: {
    accept: { takes: '<name>', many: true, says: 'its file as it is now is what was run' },
    applied: { takes: '<name>', many: true, says: 'it was applied by hand; it is not run' },
    forget: { takes: '<name>', many: true, says: 'it is not applied any more' },
    ...migrationFlags,
  },
  more: `
Changes what the database remembers and nothing else: the schema must be as that
then says. Each option may be given several times.`,
  async run(call) {
    const { given, output } = call
    const changes = { accept: given.list('accept'), applied: given.list('applied'), forget: given.list('forget') }
    if (Object.values(changes).every(names => names.length === 0)) throw new CommandError('repairNothing', [])
    const all = await withMigrations(call, one => one.repair(changes))
    return { json: { migrations: all }, text: statusLines(all, output).join('\n') }
  },
}
