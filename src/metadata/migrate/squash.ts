/** One migration in place of several, proved to be as good as they are. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MigrationError } from '../../base/errors.ts'
import { splitStatements } from '../../base/split-statements.ts'
import { diff } from '../diff/diff.ts'
import { checksum, normalised } from './checksum.ts'
import { differences } from './differences.ts'
import type { LoadProgram, Migration, SqlMigration } from './migration.ts'
import { migrationNamePattern } from './migration-name.ts'
import { migrationText } from './migration-text.ts'
import { neededExtensions } from './needed-extensions.ts'
import { known } from './plan-up.ts'
import { readFolder } from './read-folder.ts'
import { readSteps } from './read-steps.ts'
import { embeddedScratch, replay, type Replayed, type ScratchDatabase } from './replay.ts'
import { writeFiles } from './write-migration.ts'

export interface SquashOptions {
  /** The first that is squashed; the oldest unless stated. */
  readonly from?: string
  /** The last that is squashed; the newest unless stated. */
  readonly to?: string
  /** What the new one is called after the moment of the last; `squashed` unless stated. */
  readonly title?: string
  /**
   * `schema`: the changes of the schema that they make together; rows that they write are left out. `steps`: all their steps, one after the
   * other. `schema` unless there are older ones, or this is stated.
   */
  readonly as?: 'schema' | 'steps'
  /** Makes an empty database to try both on; an embedded one in memory unless stated. Called twice. */
  readonly scratch?: () => ScratchDatabase | Promise<ScratchDatabase>
}

export interface Squashed {
  readonly name: string
  /** The files that were written. */
  readonly files: readonly string[]
  /** The migrations whose files are gone. */
  readonly replaced: readonly string[]
}

/**
 * Writes one migration in place of several, when both lead to the same schema and as many rows on two empty databases, and takes their files
 * away. Where they are applied, the next `up` writes the new one down in their place and runs nothing.
 * @throws MigrationError when they do not lead to the same, and for a program among steps; nothing is written then
 */
export async function squash(folder: string, options: SquashOptions = {}, load?: LoadProgram): Promise<Squashed> {
  const migrations = await readFolder(folder, load)
  const { from, to } = options
  const first = from === undefined ? migrations[0] : known(from, migrations)
  const last = to === undefined ? migrations.at(-1) : known(to, migrations)
  const before = migrations.filter(one => first !== undefined && one.name < first.name)
  const several = migrations.filter(one => !before.includes(one) && last !== undefined && one.name <= last.name)
  if (first === undefined || last === undefined || several.length < 2)
    throw new MigrationError('squashNothing', [from ?? first?.name ?? '', to ?? last?.name ?? ''])
  const name = `${last.name.slice(0, 14)}_${options.title ?? 'squashed'}`
  if (!migrationNamePattern.test(name)) throw new MigrationError('migrationTitle', [options.title ?? ''])
  if (migrations.some(one => one.name === name))
    throw new MigrationError('migrationExists', [name], { migration: name })

  const extensions = await neededExtensions([...before, ...several])
  const scratch = options.scratch ?? (() => embeddedScratch(extensions))
  const [start, end] = await onScratch(scratch, database => replay(database, [before, several]))
  const as = options.as ?? (before.length === 0 ? 'schema' : 'steps')
  const text = as === 'schema' ? schemaText(start, end) : await stepsText(several)
  const up = `${several.map(one => `-- replaces: ${one.name}\n`).join('')}\n${text.up}`
  const made = squashed(folder, name, up)
  const [again] = await onScratch(scratch, database => replay(database, [[...before, made]])).catch(unproved)
  const found = differences(end, again, 'columns in order')
  if (found.length > 0) {
    const rest = found.length > 3 ? `; and ${found.length - 3} more` : ''
    throw new MigrationError('squashDiffers', [found.slice(0, 3).join('; ') + rest], { migration: name })
  }
  // What undoes the oldest by their schema alone drops all that there is.
  const { files } = await writeFiles(folder, name, up, as === 'schema' && before.length === 0 ? undefined : text.down)
  for (const path of several.flatMap(filesOf)) await rm(path)
  return { name, files, replaced: several.map(one => one.name) }
}

/** What the old ones make beside a schema, as roles, the new one may want and not have. */
function unproved(error: unknown): never {
  if (!(error instanceof MigrationError) || error.code !== 'migrationFailed') throw error
  const why = error.cause instanceof Error ? error.cause.message : error.message
  throw new MigrationError('squashFails', [why], {}, { cause: error })
}

function squashed(folder: string, name: string, up: string): SqlMigration {
  const file = `${name}.up.sql`
  return { kind: 'sql', name, path: join(folder, file), checksum: checksum(up), up: readSteps(file, up), down: null }
}

async function onScratch<Value>(
  scratch: NonNullable<SquashOptions['scratch']>,
  work: (database: ScratchDatabase) => Promise<Value>,
): Promise<Value> {
  const database = await scratch()
  try {
    return await work(database)
  } finally {
    await database.dispose()
  }
}

interface Text {
  readonly up: string
  readonly down: string | undefined
}

function schemaText(start: Replayed, end: Replayed): Text {
  const { version } = end
  const changes = diff(start.schema, end.schema, version)
  const { up, down } = migrationText({ changes, back: diff(end.schema, start.schema, version) })
  return { up: up === '' ? 'select 1;\n' : up, down }
}

async function stepsText(several: readonly Migration[]): Promise<Text> {
  const texts: string[] = []
  for (const one of several) {
    if (one.kind === 'code') throw new MigrationError('squashCode', [one.name], { migration: one.name })
    texts.push(`-- ${one.name}\n${withoutReplaces(await textOf(one.path))}`)
  }
  return { up: texts.join('\n-- step\n'), down: await downText(several) }
}

async function downText(several: readonly Migration[]): Promise<string | undefined> {
  const texts: string[] = []
  for (const one of several.toReversed()) {
    if (one.kind === 'code' || one.down === null) return undefined
    texts.push(`-- ${one.name}\n${await textOf(downPath(one.path))}`)
  }
  return texts.join('\n-- step\n')
}

async function textOf(path: string): Promise<string> {
  return `${normalised(await readFile(path, 'utf8')).trim()}\n`
}

/** A squashed one among them stands for its own no more: all that knew those must have passed it. */
function withoutReplaces(text: string): string {
  let kept = text
  for (const { text: words, start } of splitStatements(text).comments.toReversed()) {
    if (!/^replaces:/i.test(words)) continue
    const end = kept.indexOf('\n', start)
    kept = kept.slice(0, start) + kept.slice(end + 1)
  }
  return kept
}

function filesOf(migration: Migration): string[] {
  const { path } = migration
  return migration.kind === 'sql' && migration.down !== null ? [path, downPath(path)] : [path]
}

function downPath(path: string): string {
  return path.replace(/\.up\.sql$/, '.down.sql')
}
