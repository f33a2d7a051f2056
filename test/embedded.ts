/** Embedded databases for tests. */
import { readFileSync, writeFileSync } from 'node:fs'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'

/** Writes down an empty database: to make one anew takes three times as long as to read it back. */
export async function writeTemplate(path: string): Promise<void> {
  const database = await PGlite.create()
  const dump = await database.dumpDataDir('none')
  writeFileSync(path, Buffer.from(await dump.arrayBuffer()))
  await database.close()
}

/** An empty database in memory, of what was written down. */
export async function embeddedDatabase(template: string, options: PGliteOptions = {}): Promise<PGlite> {
  return await PGlite.create({ ...options, loadDataDir: new Blob([readFileSync(template)]) })
}
