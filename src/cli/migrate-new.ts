/** `cupel migrate new`: what the schema says and the migrations do not yet, as a migration. */
import type { AnySchema } from '../../types/schema.ts'
import { createEngine } from '../index.ts'
import { notAllowed } from '../metadata/apply.ts'
import { difference } from '../metadata/difference.ts'
import { migrationText } from '../metadata/migrate/migration-text.ts'
import { Migrations } from '../metadata/migrate/migrations.ts'
import { proveMigration } from '../metadata/migrate/prove.ts'
import { cancellable } from './cancel.ts'
import type { Call, Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { allowFlag, allowNames, refusal } from './hazards.ts'
import { migrationFlags, migrationsFolder, programs } from './migrations.ts'
import { counted } from './plan-text.ts'
import { questionText, renameFlags, withAnswers } from './renames.ts'
import { rehearsed } from './rehearsed.ts'
import { type Replayed, replayed } from './replayed.ts'
import { schemaOf, type Settings, settingsOf, shownPath } from './settings.ts'

export const migrateNew: Command = {
  name: 'migrate new',
  says: 'write a migration to the schema of now',
  words: ['<name>'],
  flags: {
    empty: { takes: null, says: 'write files to fill in by hand' },
    allow: allowFlag,
    ...renameFlags,
    ...migrationFlags,
  },
  more: `
Runs the migrations on an empty database, made for the while (on the server of
--url, or embedded; yours is not asked), and compares it with the schema. Both
ways are tried, with rows, before they are written. Changes that can lose rows,
fail on them or hold up others are asked about on a terminal; elsewhere they are
refused, with the --allow that takes them.`,
  async run(call) {
    const { words, given, output, folder } = call
    const settings = await settingsOf(call)
    const place = migrationsFolder(call, settings)
    // Nothing is asked of it but an empty database beside it.
    const server = serverOf(call, settings)
    using address = server === undefined ? null : cancellable(call.signal, server)
    await using engine = createEngine(address?.url)
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
    await using before = await rehearsed(output, () => replayed(engine, place, wanted, programs(call)))
    const { schema: from, host } = before
    output.progress('comparing …')
    const { history } = settings.config
    const plan = await withAnswers(call, renames => difference(host, from, wanted, { renames, history }))
    const { changes, questions } = plan
    if (questions.length > 0)
      throw new CommandError('renameOpen', [questions.map(one => `\n  ${questionText(one)}`).join('')])
    if (changes.length === 0)
      return { json: { name: null, files: [], changes }, text: 'the migrations lead to the schema already' }
    const hazards = notAllowed(plan, given.list('allow'))
    const refused = await refusal(call, plan, hazards, `Write ${counted(changes.length, 'change')} all the same?`)
    if (refused !== null)
      return { ...refused, json: { name: null, files: [], changes, hazards, allow: allowNames(hazards) } }
    const text = migrationText(plan)
    output.progress('trying it …')
    const notes = await tried(before, wanted, text)
    const { name, files } = await migrations.write({ title, ...text })
    for (const note of notes) output.note(`${output.accent('yellow', '!')} ${note}`)
    return {
      json: { name, files: shown(files), changes, notes },
      text: [...shown(files).map(file => `wrote ${file}`), counted(changes.length, 'change')].join('\n'),
    }
  },
}

/** The address of a server, where one is named: its extensions and its words are what the migration is for. */
function serverOf({ given, env }: Call, { config }: Settings): string | undefined {
  const url = given.text('url') ?? config.url ?? env['DATABASE_URL']
  return url?.startsWith('postgres') ? url : undefined
}

/**
 * What trying it has shown that its reader should know.
 * @throws CommandError when the way up does not lead to the schema
 */
async function tried(
  { schema: from, scratch }: Replayed,
  to: AnySchema,
  text: { readonly up: string; readonly down: string },
): Promise<string[]> {
  const { up, down, failure } = await proveMigration({ from, to, ...text, scratch })
  if (up.length > 0) throw new CommandError('migrationUnproved', [up.slice(0, 3).join('; ')])
  return [
    ...(failure === null ? [] : [`it fails where there are rows like these: ${failure.message}`]),
    ...(down ?? []).slice(0, 3).map(difference => `the way down leaves a difference: ${difference}`),
  ]
}
