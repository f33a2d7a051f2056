/** New files in a folder of migrations. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MigrationError } from '../../base/errors.ts'
import { normalised } from './checksum.ts'
import { migrationName } from './migration-name.ts'
import { filesOf, migrationFiles } from './read-folder.ts'
import { readSteps } from './read-steps.ts'

export interface NewMigration {
  /** What it does, as `add users`. */
  readonly title: string
  readonly up: string
  /** No file is written without it. */
  readonly down?: string
  /** When it was made; now unless stated. */
  readonly at?: Date
}

/** What was written. */
export interface WrittenMigration {
  readonly name: string
  /** The paths of the files. */
  readonly files: readonly string[]
}

/**
 * Writes the files of a new migration, the newest of its folder: where a name there has a later moment, the second after that is taken. Makes
 * the folder where it is not there.
 * @throws MigrationError for a title that is no part of a name, and for text that could not be run; nothing is written then
 */
export async function writeMigration(
  folder: string,
  { title, up, down, at = new Date() }: NewMigration,
): Promise<WrittenMigration> {
  await mkdir(folder, { recursive: true })
  const newest = [...migrationFiles(await filesOf(folder)).keys()].at(-1)
  const asked = migrationName(title, at)
  const name =
    newest === undefined || asked.slice(0, 14) > newest.slice(0, 14) ? asked : migrationName(title, after(newest))
  return await writeFiles(folder, name, up, down)
}

/** Writes the files of one name, all of them or none. @throws MigrationError when they are there, or could not be run */
export async function writeFiles(folder: string, name: string, up: string, down?: string): Promise<WrittenMigration> {
  const texts = [
    { file: `${name}.up.sql`, text: up },
    ...(down === undefined ? [] : [{ file: `${name}.down.sql`, text: down }]),
  ]
  for (const { file, text } of texts) readSteps(file, normalised(text))
  const files: string[] = []
  try {
    for (const { file, text } of texts) {
      const path = join(folder, file)
      await write(path, text, name)
      files.push(path)
    }
  } catch (error) {
    for (const path of files) await rm(path, { force: true })
    throw error
  }
  return { name, files }
}

async function write(path: string, text: string, name: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new MigrationError('migrationExists', [name], { migration: name }, { cause: error })
    // A disk that is full takes a part.
    await rm(path, { force: true })
    throw error
  }
}

/** A second after the moment in a name, which need not be one of the calendar. */
function after(name: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(name) ?? []
  return new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second) + 1),
  )
}
