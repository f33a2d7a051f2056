/**
 * Runs every check of the project, or those named as arguments; prints the name and time of each, in order. Most are at work
 * on one processor, so two run at once; the tests use as many as there are.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const node = (...args) => [process.execPath, args]
const bin = (path, ...args) => node(`node_modules/${path}`, ...args)
const npm = (...args) => (process.platform === 'win32' ? ['cmd', ['/c', 'npm', ...args]] : ['npm', args])
const packed = `${root}.tmp/pack`
const tarball = () => `${packed}/${readdirSync(packed).find(name => name.endsWith('.tgz'))}`

function pack() {
  rmSync(packed, { recursive: true, force: true })
  mkdirSync(packed, { recursive: true })
  return npm('pack', '--silent', '--ignore-scripts', '--pack-destination', packed)
}

const checks = {
  'format and lint': () => bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  layers: () => node('.ci/layers.mjs'),
  'TypeScript 7': () => bin('typescript/bin/tsc', '-p', '.'),
  'TypeScript 6': () => bin('typescript6/bin/tsc', '-p', '.'),
  'error texts': () => node('.ci/errors.mjs'),
  'types budget': () => node('.ci/types-budget.mjs'),
  build: () => node('.ci/build.mjs'),
  tsd: () => bin('tsd/dist/cli.js', '--files', 'test-d/**/*.test-d.ts'),
  pack,
  publint: () => bin('publint/src/cli.js', '--strict', tarball()),
  attw: () => bin('@arethetypeswrong/cli/dist/index.js', tarball(), '--profile', 'esm-only'),
}
const tests = {
  tests: () => bin('vitest/vitest.mjs', 'run'),
  'tests without compiled readers': () => bin('vitest/vitest.mjs', 'run', '--config', 'vitest.plain.config.ts'),
}
const steps = { ...checks, ...tests }

/** What reads what another one writes waits for its end. */
const after = { tsd: 'build', pack: 'build', publint: 'pack', attw: 'pack' }

/** A step that passes says little: the lines of these are worth seeing all the same. */
const telling = new Set(['layers', 'error texts', 'types budget', 'tests', 'tests without compiled readers'])

function run([command, args]) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = []
    child.stdout.on('data', chunk => output.push(chunk))
    child.stderr.on('data', chunk => output.push(chunk))
    child.on('error', error => resolve({ status: 1, output: String(error) }))
    child.on('close', status => resolve({ status, output: Buffer.concat(output).toString() }))
  })
}

const asked = process.argv.slice(2)
for (const name of asked) {
  if (steps[name] !== undefined) continue
  console.error(`there is no check '${name}': ${Object.keys(steps).join(', ')}`)
  process.exit(2)
}

/** Lets so many work at a time; the others wait in line. */
function line(most) {
  let working = 0
  const waiting = []
  return async work => {
    if (working === most) await new Promise(resolve => waiting.push(resolve))
    else working++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) working--
      else next()
    }
  }
}

async function outcome(name) {
  const began = performance.now()
  const { status, output } = await Promise.resolve()
    .then(() => run(steps[name]()))
    .catch(error => ({ status: 1, output: String(error) }))
  // A runner that ends well although a test has failed would be believed otherwise.
  const hasFailed = status !== 0 || (name in tests && /\b[1-9]\d* failed\b/.test(output))
  return { hasFailed, output, seconds: ((performance.now() - began) / 1000).toFixed(1) }
}

/** What a step says last, where a log that is cut keeps it: for the tests, all that is said of those that fail. */
function whatFailed(output) {
  const plain = stripVTControlCharacters(output).trimEnd().split('\n')
  const from = plain.findIndex(line => /Failed (Tests|Suites) \d|Unhandled (Errors|Rejection)/.test(line))
  return (from === -1 ? plain.slice(-40) : plain.slice(from, from + 200)).join('\n')
}

const failed = []
let passed = 0
for (const [group, most] of [
  [checks, 2],
  [tests, 1],
]) {
  const inTurn = line(most)
  const outcomes = new Map()
  for (const name of Object.keys(group)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    const before = outcomes.get(after[name])
    const one = async () => {
      await before
      return await inTurn(() => outcome(name))
    }
    outcomes.set(name, one())
  }
  for (const [name, coming] of outcomes) {
    console.log(`\n· ${name}`)
    const { hasFailed, output, seconds } = await coming
    if (hasFailed || telling.has(name)) console.log(output.trimEnd())
    console.log(!hasFailed ? `✓ ${name} ${seconds} s` : `✗ ${name} FAILED ${seconds} s`)
    if (!hasFailed) passed++
    else failed.push({ name, output })
  }
}

for (const { name, output } of failed) console.log(`\n✗ ${name}\n${whatFailed(output)}`)
if (failed.length > 0) console.log(`\nfailed: ${failed.map(({ name }) => name).join(', ')}`)
console.log(`\n${passed} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
