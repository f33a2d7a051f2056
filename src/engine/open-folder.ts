/** The folder of an embedded database: made where it is not there, kept from other programs, and refused with the reason. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '../base/errors.ts'
import { fileErrorWords, isFileError } from '../base/file-error.ts'
import { heldBy, lockFile, lockFolder } from './folder-lock.ts'

/** Milliseconds between two looks at a folder that others have open. */
const glance = 50

/**
 * Opens the database in a folder once no other program has it open.
 * @param patience milliseconds that others are waited for; 0 for as long as it takes
 * @returns it, and what lets the folder go once it is closed
 * @throws EngineError when others keep it, and when no database can be there
 */
export async function openFolder<Database>(
  folder: string,
  patience: number,
  open: () => Promise<Database>,
): Promise<[Database, leave: () => void]> {
  const refused = (why: string, cause?: unknown): EngineError =>
    new EngineError('folderNotOpened', [folder, why], { cause })
  try {
    mkdirSync(folder, { recursive: true })
    const start = performance.now()
    let leave = lockFolder(folder)
    for (; leave === null; leave = lockFolder(folder)) {
      if (patience > 0 && performance.now() - start > patience) {
        const { by = 'another program', file = join(folder, lockFile) } = heldBy(folder) ?? {}
        throw new EngineError('folderInUse', [folder, by, file])
      }
      await new Promise(resolve => setTimeout(resolve, glance))
    }
    try {
      // Only now: who makes a database there has other files first.
      const why = whyNotThere(folder)
      if (why !== null) throw refused(why)
      return [await open(), leave]
    } catch (error) {
      leave()
      throw error
    }
  } catch (error) {
    if (isFileError(error)) throw refused(fileErrorWords(error), error)
    // What the program in WebAssembly throws for a folder that it cannot read says little, and may be no error.
    if (error instanceof EngineError || 'severity' in Object(error)) throw error
    const version = versionIn(folder)
    const said = error instanceof Error ? error.message : `${(error as { name?: unknown })?.name ?? error}`
    throw refused(version === null ? said : `${said}; its database is one of Postgres ${version}`, error)
  }
}

/** What stands against a database in a folder that has files and none. */
function whyNotThere(folder: string): string | null {
  const others = readdirSync(folder).filter(name => !name.startsWith('.') && !name.startsWith(lockFile))
  if (others.includes('PG_VERSION')) return null
  const stranger = others.find(name => !/^(?:base|global|pg_.*|postgresql\..*)$/.test(name))
  if (stranger !== undefined) return `it has other files, as '${stranger}', and no database`
  return others.length === 0 ? null : 'it has a part of one, which was stopped while it was made; delete it'
}

function versionIn(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  } catch {
    return null
  }
}
