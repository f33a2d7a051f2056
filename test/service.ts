/** The service of `examples/service` as a process, and what its clients do. */
import { spawn } from 'node:child_process'
import { type IncomingMessage, get } from 'node:http'
import { inject, onTestFinished } from 'vitest'

export interface RunningService {
  readonly url: string
  /** What it has written to its standard error. */
  log(): string
  /** Sends it a signal; gives the status with which it ends. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the service on a database; resolves when it listens. */
export async function startService(address: string, grace: number): Promise<RunningService> {
  // Garbage is collected often, so that the memory it says it has is what it holds.
  const child = spawn(process.execPath, ['--max-semi-space-size=1', 'examples/service/main.js'], {
    cwd: inject('compiled'),
    env: { ...process.env, DATABASE_URL: address, GRACE: String(grace), PORT: '0' },
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', text => (log += text))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      said += text
      const [, found] = /^listening on (.*)$/m.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    void ended.then(status => reject(new Error(`the service ended with ${status}: ${log}`)))
  })
  return {
    url,
    log: () => log,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null) child.kill(signal)
      return await ended
    },
  }
}

/** A client that asks and takes nothing of the answer but its head, until the test ends. */
export async function stalled(url: string): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => get(url, resolve).on('error', reject))
  // Whether it ends in an error is what a test may ask; here it need not.
  response.on('error', () => {})
  onTestFinished(() => void response.destroy())
  return response
}

/** Reads a body of lines, and gives how many there were and how many bytes. */
export async function countLines(body: AsyncIterable<Uint8Array>): Promise<{ lines: number; bytes: number }> {
  let [lines, bytes] = [0, 0]
  for await (const chunk of body) {
    bytes += chunk.length
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  }
  return { lines, bytes }
}
