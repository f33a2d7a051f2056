import { pathToFileURL } from 'node:url'
import { MigrationError } from '../../base/errors.ts'
import type { BareMigrationModule, CodeMigration, MigrationModule } from './migration.ts'

/**
 * The functions of a migration that is a program.
 * @throws MigrationError when it cannot be loaded, with what to do for TypeScript, and when it exports no `up`
 */
export async function loadCode({
  name,
  path,
  checksum,
  load,
}: CodeMigration): Promise<MigrationModule | BareMigrationModule> {
  // What others load, they say what is wrong with.
  const loaded = load === undefined ? await loadByNode(name, path, checksum) : await load(path)
  if (!isModule(loaded)) throw new MigrationError('migrationExports', [path, 'up'], { migration: name })
  return loaded
}

async function loadByNode(name: string, path: string, checksum: string): Promise<unknown> {
  try {
    // A program that was changed is another module.
    return await import(`${pathToFileURL(path).href}?version=${checksum.slice(0, 16)}`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(path))
      throw new MigrationError('migrationTypeScript', [path], { migration: name }, { cause: error })
    const why = error instanceof Error ? error.message : String(error)
    throw new MigrationError('migrationLoad', [path, why], { migration: name }, { cause: error })
  }
}

function isModule(loaded: unknown): loaded is MigrationModule | BareMigrationModule {
  return typeof loaded === 'object' && loaded !== null && 'up' in loaded && typeof loaded.up === 'function'
}
