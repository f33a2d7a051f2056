/** Extensions that come with PGlite. Each is a module of its own, which must be there when a database is opened. */
import type { Extension, Extensions } from '@electric-sql/pglite'

/** Those of the names that PGlite has; Postgres itself says of others that they are not available. */
export async function pgliteExtensions(names: Iterable<string>): Promise<Extensions> {
  const found = await Promise.all([...new Set(names)].map(async name => [name, await extensionOf(name)] as const))
  return Object.fromEntries(found.flatMap(([name, extension]) => (extension === null ? [] : [[name, extension]])))
}

async function extensionOf(name: string): Promise<Extension | null> {
  // The one with a character that no module has in its name is uuid-ossp.
  const file = name.replaceAll('-', '_')
  if (!/^\w+$/.test(file)) return null
  try {
    const module: Readonly<Record<string, Extension>> = await import(`@electric-sql/pglite/contrib/${file}`)
    return module[file] ?? null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}
