/**
 * Holds the compilers to the sentences in test-d/errors: `//~ text` at the end of a line asks for an error on that line whose
 * message contains the text; several may follow each other. Every other line must be clean, under TypeScript 7 and 6.
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const folder = process.argv[2] ?? 'test-d/errors'
const compilers = { 7: 'node_modules/typescript/bin/tsc', 6: 'node_modules/typescript6/bin/tsc' }
const flat = text => text.replace(/\s+/g, ' ').trim()

/** The errors of one run: `file:line` to messages, each with its whole chain on one line. */
function compile(tsc) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, '-p', folder, '--pretty', 'false'])
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', reject)
    child.on('close', () => {
      const errors = new Map()
      let current
      for (const line of output.split(/\r?\n/)) {
        const head = /^(.*?)\((\d+),\d+\): error (TS\d+: .*)$/.exec(line)
        if (head !== null) {
          current = { text: head[3] }
          const place = `${posix.normalize(head[1].replaceAll('\\', '/'))}:${head[2]}`
          errors.set(place, [...(errors.get(place) ?? []), current])
        } else if (/^\s/.test(line) && current !== undefined) current.text += ` ${line.trim()}`
        else if (line.trim() !== '') {
          current = undefined
          errors.set('tsc', [...(errors.get('tsc') ?? []), { text: line }])
        }
      }
      resolve(errors)
    })
  })
}

const files = readdirSync(folder).filter(name => name.endsWith('.ts'))
const problems = []
const expected = new Map()
let count = 0
for (const name of files) {
  const file = posix.join(folder, name)
  const before = count
  const lines = readFileSync(join(folder, name), 'utf8').split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    const texts = line.split('//~').slice(1).map(flat)
    if (texts.length === 0) continue
    expected.set(`${file}:${index + 1}`, texts)
    count += texts.length
  }
  if (count === before) problems.push(`${file}: no line asks for an error`)
}

const runs = await Promise.all(
  Object.entries(compilers).map(async ([version, tsc]) => ({ version, errors: await compile(tsc) })),
)
for (const { version, errors } of runs) {
  for (const [place, texts] of expected) {
    const found = (errors.get(place) ?? []).map(error => flat(error.text))
    for (const text of texts) {
      if (found.some(message => message.includes(text))) continue
      const instead = found.length === 0 ? 'no error' : found.map(message => `\n    got: ${message}`).join('')
      problems.push(
        `TypeScript ${version} ${place}\n    wanted: ${text}${found.length === 0 ? `, got ${instead}` : instead}`,
      )
    }
  }
  for (const [place, found] of errors) {
    if (!expected.has(place))
      problems.push(`TypeScript ${version} ${place} should be clean\n    got: ${flat(found[0].text)}`)
  }
}

for (const problem of problems) console.error(problem)
console.log(`${files.length} files, ${count} sentences, ${runs.length} compilers, ${problems.length} problems`)
process.exit(problems.length === 0 && count > 0 ? 0 : 1)
