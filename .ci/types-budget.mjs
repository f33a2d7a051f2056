/** Counts the instantiations that schemas of several sizes cost TypeScript 7, over a file that only imports cupel. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { baseline, core, join, options, schema } from '../bench/types/fixture.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}.tmp/types`
const budget = JSON.parse(readFileSync(`${root}bench/types/budget.json`, 'utf8'))

/** `--singleThreaded`, since each checker thread works the schema's types out again and the counts add up. */
function measure(name, text) {
  writeFileSync(`${folder}/${name}.ts`, text)
  writeFileSync(
    `${folder}/${name}.json`,
    JSON.stringify({ extends: '../../tsconfig.json', include: [], files: [`${name}.ts`] }),
  )
  const options = [
    '-p',
    `${folder}/${name}.json`,
    '--noEmit',
    '--extendedDiagnostics',
    '--singleThreaded',
    '--pretty',
    'false',
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['node_modules/typescript/bin/tsc', ...options], { cwd: root })
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', reject)
    child.on('close', () => {
      const count = Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1])
      const seconds = Number(/^Check time:\s+([\d.]+)/m.exec(output)?.[1])
      // Errors in the sources are another check's: they are the same in the baseline.
      const wrong = output.split('\n').filter(line => line.startsWith('.tmp/') || line.startsWith('error '))
      if (wrong.length === 0 && count > 0) resolve({ count, seconds })
      else reject(new Error(`${name} does not compile\n${wrong.slice(0, 10).join('\n')}`))
    })
  })
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

const sizes = budget.sizes
const jobs = [['baseline', baseline()]]
for (const [kind, write] of Object.entries({ schema, options, core, join })) {
  for (const size of sizes) jobs.push([`${kind}-${size}`, write(size)])
}
const results = new Map()
const waiting = [...jobs]
async function worker() {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) results.set(job[0], await measure(...job))
}
try {
  await Promise.all([worker(), worker()])
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

const base = results.get('baseline').count
const over = (kind, size) => results.get(`${kind}-${size}`).count - base
const figures = {
  schema: size => over('schema', size) / size,
  options: size => over('options', size) / size,
  core: size => over('core', size) / size,
  join: size => over('join', size) - over('schema', size),
}

const cell = value => String(value).padStart(14)
console.log(`baseline ${base} instantiations`)
console.log(['tables', 'schema/table', 'with options', 'core/table', 'join', 'schema s', 'core s'].map(cell).join(''))
for (const size of sizes) {
  const counts = Object.values(figures).map(figure => Math.round(figure(size)))
  const times = ['schema', 'core'].map(kind => results.get(`${kind}-${size}`).seconds.toFixed(2))
  console.log([size, ...counts, ...times].map(cell).join(''))
}

const problems = []
for (const kind of ['schema', 'options', 'core']) {
  const { perTable, at, reason } = budget[kind]
  const figure = figures[kind](at)
  if (figure > perTable)
    problems.push(`${kind}: ${Math.round(figure)} a table at ${at} tables, at most ${perTable} (${reason})`)
}
for (const size of sizes) {
  const figure = figures.join(size)
  if (figure > budget.join.total)
    problems.push(`join: ${figure} at ${size} tables, at most ${budget.join.total} (${budget.join.reason})`)
}
const { from, to, percent } = budget.growth
for (const [kind, figure] of Object.entries(figures)) {
  const grown = (figure(to) / figure(from) - 1) * 100
  console.log(`${kind}: ${grown >= 0 ? '+' : ''}${grown.toFixed(1)}% from ${from} to ${to} tables`)
  if (grown > percent)
    problems.push(
      `${kind}: ${grown.toFixed(1)}% from ${from} to ${to} tables, at most ${percent}% (${budget.growth.reason})`,
    )
}
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)
