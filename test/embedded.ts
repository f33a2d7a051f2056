/** Embedded databases for tests. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'

/** An empty database that was written down: to make one anew takes three to five times as long as to begin with this. */
export interface Template {
  /** As a file, for a database in memory. */
  readonly file: string
  /** As a folder, for one in a folder. */
  readonly folder: string
}

/** Writes down an empty database inside a folder. */
export async function writeTemplate(path: string): Promise<Template> {
  const template = { file: join(path, 'empty.tar'), folder: join(path, 'empty') }
  mkdirSync(path, { recursive: true })
  const database = await PGlite.create(template.folder)
  const dump = await database.dumpDataDir('none')
  writeFileSync(template.file, Buffer.from(await dump.arrayBuffer()))
  await database.close()
  return template
}

/** An empty database in memory, of what was written down. */
export async function embeddedDatabase(template: Template, options: PGliteOptions = {}): Promise<PGlite> {
  return await PGlite.create({ ...options, loadDataDir: new Blob([readFileSync(template.file)]) })
}

/** Makes a folder that is an empty database. */
export function embeddedFolder(template: Template, path: string): void {
  cpSync(template.folder, path, { recursive: true })
}
