/** The name and port of a server, without who logs in and how. */
import type { Pool } from 'pg'

export interface ServerAddress {
  readonly address: string
  readonly port: number
}

/** Where a URL or a pool leads; null where it does not say, as for a socket or several hosts. */
export function serverAddress(target: string | Pool): ServerAddress | null {
  const { host, port, connectionString } =
    typeof target === 'string' ? { host: undefined, port: undefined, connectionString: target } : (target.options ?? {})
  if (connectionString === undefined) {
    return host === undefined || host.startsWith('/') ? null : { address: host, port: port ?? 5432 }
  }
  if (!URL.canParse(connectionString)) return null
  const url = new URL(connectionString)
  return url.hostname === '' ? null : { address: url.hostname, port: Number(url.port || 5432) }
}
