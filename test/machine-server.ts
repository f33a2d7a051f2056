/** A server for one test file, which may stop it and start it again: of the machine's own, of whatever version is installed, or the tests'. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface MachineServer {
  readonly url: string
  /** Where its data and its configuration are. */
  readonly data: string
  /** Ends it at once, as a crash does; its data stay. */
  crash(): Promise<void>
  /** Starts it again. Resolves when the process runs, or, unless `isWaiting` is false, when it takes connections. */
  start(isWaiting?: boolean): Promise<void>
  stop(): Promise<void>
}

/** The folder of `initdb` and `postgres`; null where none is installed. */
export function machineBinaries(): string | null {
  const versions = '/usr/lib/postgresql'
  const installed = existsSync(versions) ? readdirSync(versions).map(version => join(versions, version, 'bin')) : []
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...installed]
  return folders.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null
}

/** PostgreSQL refuses to run as root; there it runs as `postgres`, whom its packages make. */
export function user(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']))
  return { uid: id('-u'), gid: id('-g') }
}

/** Starts it on loopback and a free port. */
export async function machineServer(binaries: string): Promise<MachineServer> {
  const owner = user()
  const folder = mkdtempSync(join(tmpdir(), 'cupel-machine-'))
  if (owner !== null) chownSync(folder, owner.uid, owner.gid)
  const as = { ...owner, cwd: folder }
  const data = join(folder, 'data')
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    { ...as, stdio: 'pipe' },
  )
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', `port=${port}`]
  let server: ChildProcess | null = null
  let ended = Promise.resolve()
  const start = async (isWaiting = true): Promise<void> => {
    const one = spawn(join(binaries, 'postgres'), ['-D', data, ...settings.flatMap(setting => ['-c', setting])], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    server = one
    ended = new Promise<void>(resolve => one.once('exit', () => resolve()))
    const said: string[] = []
    const ready = new Promise<void>((resolve, reject) => {
      one.stderr.on('data', (chunk: Buffer) => {
        said.push(chunk.toString())
        if (said.join('').includes('ready to accept connections')) resolve()
      })
      one.once('exit', () => reject(new Error(`the machine's server did not start\n${said.join('')}`)))
    })
    if (isWaiting) await ready
    else ready.catch(() => {})
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server?.kill(signal)
    await ended
  }
  await start()
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    data,
    start,
    crash: () => end('SIGQUIT'),
    async stop() {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A port of loopback that nobody has. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}
