/** Where a database is, read from its address. Nothing is opened here, and an address is never repeated in an error. */
import { EngineError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'

/** A server by its URL, or an embedded database in a folder; null is in memory. */
export type Address =
  | { readonly driver: 'pg'; readonly url: string }
  | { readonly driver: 'pglite'; readonly folder: string | null }

/**
 * What an address means.
 * @throws EngineError when it is of another kind; the error names its scheme and nothing more, since the rest may hold a password
 * @example addressOf('pglite:./data') // => { driver: 'pglite', folder: './data' }
 */
export function addressOf(address: string | undefined): Address {
  if (address === undefined) return { driver: 'pglite', folder: null }
  const scheme = /^[a-z][a-z\d+.-]*(?=:)/i.exec(address)?.[0]
  if (scheme === undefined) throw new EngineError('addressWithoutScheme', [])
  switch (scheme.toLowerCase()) {
    case 'postgres':
    case 'postgresql':
      return { driver: 'pg', url: address }
    case 'pglite': {
      const folder = address.slice('pglite:'.length).replace(/^\/\//, '')
      return { driver: 'pglite', folder: folder === '' ? null : folder }
    }
    default:
      throw new EngineError('unknownAddress', [
        `${scheme}:`,
        suggestion(scheme.toLowerCase(), ['postgres', 'postgresql', 'pglite']),
      ])
  }
}
