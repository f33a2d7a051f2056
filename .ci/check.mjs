/** Runs every check of the project in turn, or those named as arguments; prints the name and time of each. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

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

const steps = {
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
  tests: () => bin('vitest/vitest.mjs', 'run'),
  'tests without compiled readers': () => bin('vitest/vitest.mjs', 'run', '--config', 'vitest.plain.config.ts'),
}

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

const failed = []
let passed = 0
for (const [name, step] of Object.entries(steps)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const began = performance.now()
  console.log(`\n· ${name}`)
  const { status, output } = await Promise.resolve()
    .then(() => run(step()))
    .catch(error => ({ status: 1, output: String(error) }))
  // A runner that ends well although a test has failed would be believed otherwise.
  const hasFailed = status !== 0 || (name.startsWith('tests') && /\b[1-9]\d* failed\b/.test(output))
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (hasFailed || telling.has(name)) console.log(output.trimEnd())
  console.log(!hasFailed ? `✓ ${name} ${seconds} s` : `✗ ${name} FAILED ${seconds} s`)
  if (!hasFailed) passed++
  else failed.push(name)
}

if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`)
console.log(`\n${passed} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
