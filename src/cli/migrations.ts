/** The migrations of a project, on its database, for the commands that work on them. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineSchema } from '../index.ts'
import { neededExtensions } from '../metadata/migrate/needed-extensions.ts'
import type { LoadProgram } from '../metadata/migrate/migration.ts'
import type { MigrationProgress } from '../metadata/migrate/progress.ts'
import type { MigrationResult, Migrations } from '../metadata/migrate/migrations.ts'
import { readFolder } from '../metadata/migrate/read-folder.ts'
import type { Call, Flag, Outcome } from './command.ts'
import { CommandError } from './command-error.ts'
import { loadModule } from './load-module.ts'
import { type Settings, settingsOf, shownPath, withEngine } from './settings.ts'

/** What each of these commands takes. */
export const migrationFlags: Readonly<Record<string, Flag>> = {
  migrations: { takes: '<folder>', says: 'the folder; migrations unless stated' },
}

export const dryRun: Flag = { takes: null, says: 'print the statements, run none' }

/** The folder, as the flag or the settings name it. */
export function migrationsFolder({ folder, given }: Call, settings: Settings): string {
  const named = given.text('migrations')
  return named === undefined
    ? resolve(settings.folder, settings.config.migrations ?? 'migrations')
    : resolve(folder, named)
}

/** Runs work on the migrations of a call; what they tell is shown while it lasts. */
export async function withMigrations<Value>(
  call: Call,
  work: (migrations: Migrations) => Promise<Value>,
): Promise<Value> {
  const settings = await settingsOf(call)
  const folder = migrationsFolder(call, settings)
  // An embedded database has at hand what a schema names; what the folder lacks is said by what is done with it.
  const extensions = existsSync(folder) ? await neededExtensions(await readFolder(folder)) : []
  return await withEngine(call, settings, defineSchema({}, { extensions }), engine =>
    work(
      engine.metadata.migrations(folder, {
        ...settings.config.history,
        load: programs(call),
        onProgress: event => show(event, call),
      }),
    ),
  )
}

/** Imports migrations that are programs, as the schema is imported: TypeScript too. */
export function programs({ folder }: Pick<Call, 'folder'>): LoadProgram {
  return path => loadModule(path, shownPath(folder, path))
}

/** What was run, or would be. */
export function ran({ migrations, recorded }: MigrationResult, word: string, isDry: boolean): Outcome {
  const lines = migrations.flatMap(({ name, steps, duration }) => {
    if (!isDry) return [`${word} ${name}  ${milliseconds(duration ?? 0)}`]
    const statements = steps.flatMap((step, at) => [
      ...(at === 0 ? [] : ['-- step']),
      ...(step.statements?.map(text => `${text};`) ?? ['-- a program']),
    ])
    return [`-- ${name}`, ...statements, '']
  })
  const noted = recorded.map(name => (isDry ? `-- ${name} would be written down, and not run` : `recorded ${name}`))
  const all = [...lines, ...noted]
  return { json: { migrations, recorded, dryRun: isDry }, text: all.length === 0 ? 'nothing to run' : all.join('\n') }
}

/**
 * A flag that takes a whole number.
 * @throws CommandError for something else
 */
export function wholeNumber({ given }: Call, flag: string): number | undefined {
  const text = given.text(flag)
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw new CommandError('flagNumber', [`--${flag}`, text])
  return Number(text)
}

export function milliseconds(duration: number): string {
  return duration < 1000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`
}

function show(event: MigrationProgress, { output }: Call): void {
  if (event.kind === 'waiting') output.note('another runner is at work; this one goes on after it')
  if (event.kind === 'started') output.progress(`${event.migration}: step ${event.from} of ${event.steps} …`)
  if (event.kind === 'step') output.progress(`${event.migration}: step ${event.step} is done`)
  if (event.kind === 'retrying') {
    const wait = milliseconds(event.wait)
    output.note(`${event.migration}: step ${event.step} is tried again in ${wait}: ${event.error.message}`)
  }
}
