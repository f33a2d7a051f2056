/** A folder of migrations, read whole and checked before any of them is run. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MigrationError } from '../../base/errors.ts'
import { checksum, normalised } from './checksum.ts'
import type { LoadProgram, Migration } from './migration.ts'
import { migrationNamePattern } from './migration-name.ts'
import { readSteps, type SqlFile } from './read-steps.ts'

/** Declarations and source maps lie beside compiled programs. */
const ignored = /\.d\.[mc]?ts$|\.map$/
const ending = /\.(up\.sql|down\.sql|ts|mts|js|mjs)$/

/**
 * The migrations in a folder, the oldest first. Folders within it, and files that look like no migration, are left alone.
 * @param load imports those that are programs; Node does unless stated
 * @throws MigrationError for a file that looks like a migration and is named like none, for two of one moment, for a down without its up,
 * and for SQL that could not be run
 */
export async function readFolder(folder: string, load?: LoadProgram): Promise<Migration[]> {
  const files = migrationFiles(await filesOf(folder))
  const migrations: Migration[] = []
  for (const [name, { up, down }] of files) {
    const path = join(folder, up)
    const text = await readFile(path, 'utf8')
    const named = { name, path, checksum: checksum(text) }
    if (!up.endsWith('.sql')) {
      migrations.push({ kind: 'code', ...named, ...(load === undefined ? null : { load }) })
      continue
    }
    const steps = readSteps(up, normalised(text))
    if (steps.steps.length === 0) throw new MigrationError('migrationEmpty', [up], { migration: name })
    migrations.push({
      kind: 'sql',
      ...named,
      up: steps,
      down: down === null ? null : await readDown(join(folder, down), down),
    })
  }
  return migrations
}

async function readDown(path: string, file: string): Promise<SqlFile> {
  return readSteps(file, normalised(await readFile(path, 'utf8')))
}

/** The files in a folder. @throws MigrationError where there is none */
export async function filesOf(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(entry => !entry.isDirectory()).map(entry => entry.name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      throw new MigrationError('migrationFolder', [folder], {}, { cause: error })
    throw error
  }
}

interface Files {
  readonly up: string
  readonly down: string | null
}

/** The files of each migration by its name, in order. Pure. */
export function migrationFiles(names: readonly string[]): Map<string, Files> {
  const ups = new Map<string, string>()
  const downs = new Map<string, string>()
  for (const file of names.toSorted()) {
    if (file.startsWith('.') || ignored.test(file) || !(file.endsWith('.sql') || /^\d{8}/.test(file))) continue
    const end = ending.exec(file)
    const name = end === null ? '' : file.slice(0, end.index)
    if (!migrationNamePattern.test(name)) throw new MigrationError('migrationFileName', [file])
    if (end?.[1] === 'down.sql') {
      downs.set(name, file)
      continue
    }
    const same = [...ups.values()].find(other => moment(other) === moment(file))
    if (same !== undefined) throw new MigrationError('migrationSameTime', [same, file])
    ups.set(name, file)
  }
  for (const [name, file] of downs) {
    if (ups.get(name) !== `${name}.up.sql`) throw new MigrationError('migrationDownAlone', [file, `${name}.up.sql`])
  }
  return new Map([...ups].map(([name, up]) => [name, { up, down: downs.get(name) ?? null }]))
}

function moment(file: string): string {
  return file.slice(0, 14)
}
