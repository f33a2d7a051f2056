/** A primary and servers that follow it by streaming replication, for one test file. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, user } from './machine-server.ts'

// biome-ignore format: one for each thing
const settings = [
  'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'shared_buffers=16MB',
  'wal_keep_size=128MB', 'wal_retrieve_retry_interval=100ms', 'max_standby_streaming_delay=-1',
]

export interface ReplicatedServer {
  readonly url: string
  readonly port: number
  start(): Promise<void>
  /** Ends it at once, as a fault does. */
  stop(): Promise<void>
}

export interface Replication {
  readonly primary: ReplicatedServer
  readonly replicas: readonly ReplicatedServer[]
  end(): Promise<void>
}

/** @param programs the folder of `initdb` and `postgres` */
export async function replication(programs: string, replicas: number): Promise<Replication> {
  const owner = user()
  const folder = mkdtempSync(join(tmpdir(), 'cupel-replication-'))
  if (owner !== null) chownSync(folder, owner.uid, owner.gid)
  const as = { ...owner, cwd: folder }
  const data = join(folder, 'primary')
  const flags = ['-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C']
  execFileSync(join(programs, 'initdb'), ['-D', data, ...flags], { ...as, stdio: 'pipe' })

  const serve = async (name: string, more: readonly string[]): Promise<ReplicatedServer> => {
    const port = await freePort()
    const all = [...settings, ...more, `port=${port}`].flatMap(one => ['-c', one])
    let running: ChildProcess | null = null
    let ended = Promise.resolve()
    const stop = async (): Promise<void> => {
      running?.kill('SIGQUIT')
      await ended
      running = null
    }
    const start = async (): Promise<void> => {
      const server = spawn(join(programs, 'postgres'), ['-D', join(folder, name), ...all], {
        ...as,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      running = server
      ended = new Promise(resolve => server.once('exit', () => resolve()))
      const said: string[] = []
      await new Promise<void>((resolve, reject) => {
        server.stderr.on('data', (chunk: Buffer) => {
          said.push(chunk.toString())
          if (/ready to accept (read-only )?connections/.test(said.join(''))) resolve()
        })
        server.once('exit', () => reject(new Error(`a server did not start\n${said.join('')}`)))
      })
    }
    return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, port, start, stop }
  }

  const primary = await serve('primary', [])
  const followers: ReplicatedServer[] = []
  for (let at = 1; at <= replicas; at++) {
    const name = `replica${at}`
    // Before the first start: a copy of a server that does not run is whole.
    execFileSync('cp', ['-a', data, join(folder, name)])
    writeFileSync(join(folder, name, 'standby.signal'), '')
    followers.push(await serve(name, [`primary_conninfo=host=127.0.0.1 port=${primary.port} user=postgres`]))
  }
  const servers = [primary, ...followers]
  const end = async (): Promise<void> => {
    for (const server of servers.toReversed()) await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (const server of servers) await server.start()
  } catch (error) {
    await end()
    throw error
  }
  return { primary, replicas: followers, end }
}
