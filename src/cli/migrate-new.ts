/** `cupel migrate new`: what the schema says and the migrations do not yet, as a migration. */
import { existsSync } from 'node:fs'
import type { AnySchema } from '../../types/schema.ts'
import { createEngine } from '../index.ts'
import { difference } from '../metadata/difference.ts'
import { migrationText } from '../metadata/migrate/migration-text.ts'
import { Migrations } from '../metadata/migrate/migrations.ts'
import { proveMigration } from '../metadata/migrate/prove.ts'
import { readFolder } from '../metadata/migrate/read-folder.ts'
import { replay } from '../metadata/migrate/replay.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { migrationFlags, migrationsFolder } from './migrations.ts'
import { counted, hazardText } from './plan-text.ts'
import { questionText, renameFlags, withAnswers } from './renames.ts'
import { schemaOf, settingsOf, shownPath } from './settings.ts'

export const migrateNew: Command = {
  name: 'migrate new',
  says: 'write a migration to the schema of now',
  words: ['<name>'],
  flags: {
    empty: { takes: null, says: 'write files to fill in by hand' },
    ...renameFlags,
    ...migrationFlags,
  },
  more: `
Runs the migrations on an empty embedded database and compares it with the
schema; your database is not asked. The way up and the way down are tried, with
rows, before they are written.`,
  async run(call) {
    const { words, given, output, folder } = call
    const settings = await settingsOf(call)
    const place = migrationsFolder(call, settings)
    // Nothing is asked of it but what is written to files.
    await using engine = createEngine()
    const migrations = new Migrations(engine, place)
    const title = words[0] ?? ''
    const shown = (files: readonly string[]) => files.map(file => shownPath(folder, file))
    if (given.is('empty')) {
      const { name, files } = await migrations.write({ title, up: '-- the way up\n', down: '-- the way down\n' })
      return {
        json: { name, files: shown(files), changes: [] },
        text: shown(files)
          .map(file => `wrote ${file}`)
          .join('\n'),
      }
    }
    const wanted = await schemaOf(call, settings)
    output.progress('running the migrations on an empty database …')
    const [{ schema: from }] = await replay(engine, [existsSync(place) ? await readFolder(place) : []])
    output.progress('comparing …')
    const plan = await withAnswers(call, async renames => (await difference(engine, from, wanted, { renames })).plan)
    const { changes, questions } = plan
    if (questions.length > 0) throw new CommandError('renameOpen', [questions.map(questionText).join('; ')])
    if (changes.length === 0)
      return { json: { name: null, files: [], changes }, text: 'the migrations lead to the schema already' }
    const text = migrationText(plan)
    output.progress('trying it …')
    const notes = await tried(from, wanted, text)
    const { name, files } = await migrations.write({ title, ...text })
    const hazards = changes.flatMap(change => change.hazards).map(hazardText)
    for (const note of [...hazards, ...notes]) output.note(`${output.accent('yellow', '!')} ${note}`)
    return {
      json: { name, files: shown(files), changes, notes },
      text: [...shown(files).map(file => `wrote ${file}`), counted(changes.length, 'change')].join('\n'),
    }
  },
}

/**
 * What trying it has shown that its reader should know.
 * @throws CommandError when the way up does not lead to the schema
 */
async function tried(
  from: AnySchema,
  to: AnySchema,
  text: { readonly up: string; readonly down: string },
): Promise<string[]> {
  const { up, down, failure } = await proveMigration({ from, to, ...text })
  if (up.length > 0) throw new CommandError('migrationUnproved', [up.slice(0, 3).join('; ')])
  return [
    ...(failure === null ? [] : [`it fails where there are rows like these: ${failure.message}`]),
    ...(down === null ? ['there is no whole way down; complete it in the file'] : []),
    ...(down ?? []).slice(0, 3).map(difference => `the way down leaves a difference: ${difference}`),
  ]
}
