#!/usr/bin/env node
/** The command `cupel`: a command line in, text out, and an exit status. */
import { asking } from './asking.ts'
import { commands } from './commands.ts'
import { Output } from './output.ts'
import { run } from './run.ts'

const argv = process.argv.slice(2)
const ended = new AbortController()
/** The signals that ask the program to end, with the status that a shell gives to them. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
/** How long, in milliseconds, a database has to take back what it is at. */
const grace = 5000

// Who reads may stop reading, as `head` does: that is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', error => {
    if ('code' in error && error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

const output = new Output({
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  json: argv.includes('--json'),
})

for (const [signal, status] of Object.entries(signals)) {
  process.on(signal, () => {
    output.clear()
    // A second time means at once.
    if (ended.signal.aborted) process.exit(status)
    process.exitCode = status
    ended.abort()
    setTimeout(() => process.exit(status), grace).unref()
  })
}

const status = await run(argv, commands, {
  folder: process.cwd(),
  env: process.env,
  output,
  ask:
    process.stdin.isTTY && process.stderr.isTTY && !output.json
      ? asking(process.stdin, process.stderr, () => process.kill(process.pid, 'SIGINT'))
      : null,
  signal: ended.signal,
})
if (ended.signal.aborted) process.exit()
process.exitCode = status
