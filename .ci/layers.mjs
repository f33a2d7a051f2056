/** Holds imports to one direction: a file imports its own room or a room to its left; rooms sharing a slot do not meet. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const root = process.argv[2] ?? '.'
const order = [
  ['src/base'],
  ['types'],
  ['src/schema'],
  ['src/ddl', 'src/sql'],
  ['src/engine'],
  ['src/metadata', 'src/session'],
  ['src/index.ts'],
  ['src/cli'],
]
// The beginnings of file names.
const home = { pg: 'src/engine/pg.ts', '@electric-sql/pglite': 'src/engine/pglite.ts', kysely: 'src/engine/kysely' }
// The types of a package may be named where no value of it can follow.
const typesOnly = { types: ['kysely', 'ts-toolbelt'], 'src/engine': Object.keys(home) }

const statement =
  /^(?:import|export)\s+(type\s+)?(?:[\w$*,\s]|\{[^}]*\})+?\s*from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm
const dynamic = /^(?!\s*(?:\/\/|\*|\/\*)).*?(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]/gm

const roomOf = file => order.flat().find(room => file === room || file.startsWith(`${room}/`))
const slotOf = room => order.findIndex(slot => slot.includes(room))
const files = ['src', 'types']
  .filter(folder => existsSync(join(root, folder)))
  .flatMap(folder => readdirSync(join(root, folder), { recursive: true }).map(name => posix.join(folder, name)))
  .filter(file => file.endsWith('.ts'))
  .sort()

function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(statement), ...text.matchAll(dynamic)].map(found => ({
    name: found[2] ?? found[3],
    isType: found[1] !== undefined,
    line: text.slice(0, found.index).split('\n').length,
  }))
}

function fault(file, { name, isType }) {
  const room = roomOf(file)
  if (room === undefined) return 'this file is in no room'
  if (name.startsWith('node:')) return null
  if (!name.startsWith('.')) {
    const known = name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/')
    if ((known in home && file.startsWith(home[known])) || (isType && typesOnly[room]?.includes(known))) return null
    return home[known] === undefined ? `${known} has no home here` : `${known} lives in ${home[known]}`
  }
  const other = roomOf(posix.join(posix.dirname(file), name))
  if (other === room) return null
  if (other === undefined) return `${name} is in no room`
  return slotOf(other) < slotOf(room) ? null : `${room} may not import ${other}`
}

const problems = []
const graph = new Map()
for (const file of files) {
  const found = importsOf(file)
  for (const one of found) {
    const why = fault(file, one)
    if (why !== null) problems.push(`${file}:${one.line} '${one.name}': ${why}`)
  }
  const relative = found.filter(one => !one.isType && one.name.startsWith('.'))
  graph.set(
    file,
    relative.map(one => posix.join(posix.dirname(file), one.name)),
  )
}

const state = new Map()
function visit(file, path) {
  if (state.get(file) === 'done') return
  if (state.get(file) === 'open') {
    problems.push(`a ring at run time: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`)
    return
  }
  state.set(file, 'open')
  for (const next of graph.get(file) ?? []) visit(next, [...path, file])
  state.set(file, 'done')
}
for (const file of files) visit(file, [])

for (const problem of problems) console.error(problem)
console.log(`${files.length} files, ${problems.length} problems`)
process.exit(problems.length === 0 && files.length > 0 ? 0 : 1)
