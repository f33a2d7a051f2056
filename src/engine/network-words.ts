/** What the network says of a server that was not reached, as a sentence, with the system's own word for it. */

interface NetworkError {
  readonly code?: unknown
  readonly hostname?: unknown
  readonly address?: unknown
  readonly port?: unknown
}

const words: Readonly<Record<string, (place: string) => string>> = {
  ECONNREFUSED: place => `no server answers at ${place}`,
  ENOENT: place => `there is no socket ${place}`,
  EACCES: place => `this user may not use the socket ${place}`,
  ENOTFOUND: place => `there is no host '${place}'`,
  EAI_AGAIN: place => `the host '${place}' could not be looked up`,
  ETIMEDOUT: place => `no answer came from ${place}`,
  EHOSTUNREACH: place => `no way leads to ${place}`,
  ENETUNREACH: place => `no way leads to ${place}`,
}

/** What an error is of connecting to a server; null for all others. */
export function networkWords(error: unknown): string | null {
  // Node tries every address of a host, and its error for all of them says nothing itself.
  if (error instanceof AggregateError) {
    const all = error.errors.map(networkWords).filter(one => one !== null)
    return all.length === 0 ? null : [...new Set(all)].join('; ')
  }
  if (!(error instanceof Error) || !('syscall' in error)) return null
  if (error.syscall !== 'connect' && error.syscall !== 'getaddrinfo') return null
  // The cast: what Node says of a call to the network, each of it where it knows it.
  const { code, hostname, address, port } = error as NetworkError
  const place = hostname ?? (port === undefined || port === null ? address : `${address}:${port}`)
  const said = words[String(code)]
  return said === undefined || place === undefined ? null : `${said(String(place))} (${code})`
}
