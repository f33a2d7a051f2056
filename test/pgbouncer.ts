/** PgBouncer in front of a server, sharing its connections out by the transaction, for one test file. */
import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort, user } from './machine-server.ts'

/** The program; null where it is not installed. */
export function pgbouncerProgram(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']
  return folders.map(folder => join(folder, 'pgbouncer')).find(file => existsSync(file)) ?? null
}

export interface Pooler extends AsyncDisposable {
  readonly url: string
}

/** @param connections how many it keeps to the server */
export async function pgbouncer(program: string, server: string, connections: number): Promise<Pooler> {
  const { hostname, port, username, password, pathname } = new URL(server)
  const folder = mkdtempSync(join(tmpdir(), 'cupel-pgbouncer-'))
  const owner = user()
  const own = await freePort()
  const config = join(folder, 'pgbouncer.ini')
  const users = join(folder, 'users.txt')
  writeFileSync(users, `"${username}" "${password}"\n`)
  writeFileSync(
    config,
    `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 100
ignore_startup_parameters = extra_float_digits
`,
  )
  if (owner !== null) for (const file of [folder, users, config]) chownSync(file, owner.uid, owner.gid)
  // It refuses to run as root.
  const running = spawn(program, [config], { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>(resolve => running.once('exit', () => resolve()))
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    running.stderr.on('data', (chunk: Buffer) => {
      said.push(chunk.toString())
      if (said.join('').includes('process up')) resolve()
    })
    running.once('error', reject)
    running.once('exit', () => reject(new Error(`PgBouncer did not start\n${said.join('')}`)))
  })
  const url = new URL(server)
  url.port = String(own)
  url.pathname = pathname
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      running.kill('SIGINT')
      setTimeout(() => running.kill('SIGKILL'), 2000).unref()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
