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
}: CodeMigration): Promise<MigrationModule | BareMigrationModule> {
  let loaded: unknown
  try {
    // A program that was changed is another module.
    loaded = await import(`${pathToFileURL(path).href}?version=${checksum.slice(0, 16)}`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(path))
      throw new MigrationError('migrationTypeScript', [path], { migration: name }, { cause: error })
    const why = error instanceof Error ? error.message : String(error)
    throw new MigrationError('migrationLoad', [path, why], { migration: name }, { cause: error })
  }
  if (!isModule(loaded)) throw new MigrationError('migrationExports', [path, 'up'], { migration: name })
  return loaded
}

function isModule(loaded: unknown): loaded is MigrationModule | BareMigrationModule {
  return typeof loaded === 'object' && loaded !== null && 'up' in loaded && typeof loaded.up === 'function'
}
