/** What a person added to a file that `pull` wrote, so that it can be written again with that in it. */
import type { KeptRelations } from './relation-names.ts'

export interface Kept {
  /** What stands between `<` and `>`, those too, by table and column: `posts.meta`. */
  readonly types: ReadonlyMap<string, string>
  readonly relations: KeptRelations
  /** Imports from elsewhere. */
  readonly imports: readonly Added[]
  /** Types that were declared, each with its last line break. */
  readonly statements: readonly Added[]
}

/** What a person wrote beside the constants: where, what it gives names to, and its text. */
interface Added {
  readonly file: string
  readonly names: readonly string[]
  readonly text: string
}

/** A member of an object in the text: its key and its value's text. */
type Member = readonly [key: string, value: string]

/** Reads the text of a module, or of several, as `pull` writes them. What it does not know it leaves alone. */
export function kept(files: ReadonlyMap<string, string>): Kept {
  const types = new Map<string, string>()
  const relations = new Map<string, { as?: string; inverse?: string }>()
  for (const text of files.values()) {
    for (const [table, value] of tablesIn(text)) {
      const [columns = '', options = ''] = argumentsOf(value)
      for (const [column, call] of membersOf(columns)) {
        const stated = /^t\.\w+</.test(call) ? balanced(call, call.indexOf('<')) : null
        if (stated !== null) types.set(`${table}.${column}`, stated)
        if (/\breferences:|^t\.ref\(/.test(call)) relations.set(`${table}.${column}`, relationsIn(call))
      }
      const keys = membersOf(options).find(([key]) => key === 'foreignKeys')?.[1] ?? ''
      for (const [constraint, key] of membersOf(keys)) relations.set(`${table}.${constraint}`, relationsIn(key))
    }
  }
  const added = (find: (text: string, file: string) => Added[]): Added[] =>
    [...files].flatMap(([file, text]) => find(text, file))
  return { types, relations, imports: added(importsIn), statements: added(declarationsIn) }
}

/** What of it goes in a file with this text: what was there, and what it names. */
export function keptFor(
  kept: Kept | undefined,
  file: string,
  text: string,
): { readonly imports: readonly string[]; readonly statements: readonly string[] } {
  const { imports, statements } = kept ?? { imports: [], statements: [] }
  const used = new Set([...imports, ...statements].filter(one => one.file === file))
  for (let size = -1; size < used.size; ) {
    size = used.size
    const all = [text, ...[...used].map(one => one.text)].join('\n')
    for (const one of [...imports, ...statements]) {
      if (one.names.some(name => new RegExp(`[<\\[(|&:,\\s]${name}\\b`).test(all))) used.add(one)
    }
  }
  const texts = (given: readonly Added[]): string[] => [
    ...new Set(given.filter(one => used.has(one)).map(one => one.text)),
  ]
  return { imports: texts(imports), statements: texts(statements) }
}

function relationsIn(text: string): { as?: string; inverse?: string } {
  const as = /\bas: '([^']+)'/.exec(text)?.[1]
  const inverse = /\binverse: '([^']+)'/.exec(text)?.[1]
  return { ...(as === undefined ? {} : { as }), ...(inverse === undefined ? {} : { inverse }) }
}

/** The calls of `table`: members of the schema, or constants of their own. */
function tablesIn(text: string): Member[] {
  const at = text.indexOf('defineSchema(')
  const ofSchema =
    at === -1 || text.slice(0, at).endsWith('import { ') ? [] : membersOf(argumentsOf(text.slice(at))[0] ?? '')
  const constants = [...text.matchAll(/^export const (\w+) = (?=table\()/gm)].map(
    (found): Member => [found[1] ?? '', text.slice(found.index + found[0].length)],
  )
  return [...ofSchema.filter(([, value]) => value.startsWith('table(')), ...constants]
}

function importsIn(text: string, file: string): Added[] {
  return [...text.matchAll(/^import ([^'"]*?) from ['"][^'"]+['"];?$/gm)].flatMap(([whole, what = '']): Added[] => {
    const names = what.replace(/\btype\b|\w+ as\b/g, '').match(/[\w$]+/g) ?? []
    const isOwn = /^import \{[^}]*\b(?:defineSchema|table|t|sql)\b/.test(whole) || /'\.\/[\w-]+\.ts'$/.test(whole)
    return isOwn && !whole.startsWith('import type') ? [] : [{ file, names, text: whole }]
  })
}

/** `type` and `interface` at the beginning of a line, up to where their brackets are closed and the line ends. */
function declarationsIn(text: string, file: string): Added[] {
  return [...text.matchAll(/^(?:export )?(?:type|interface) (\w+)/gm)].map(found => ({
    file,
    names: [found[1] ?? ''],
    text: declaration(text, found.index),
  }))
}

function declaration(text: string, start: number): string {
  let depth = 0
  for (const [place, letter] of code(text, start)) {
    if (/[{([]/.test(letter)) depth++
    else if (/[})\]]/.test(letter)) depth--
    else if (letter === '\n' && depth === 0 && !/^\s*[|&]/.test(text.slice(place + 1)))
      return text.slice(start, place + 1)
  }
  return `${text.slice(start).trimEnd()}\n`
}

/** The letters of code with their places, less those in strings, templates and comments. */
function* code(text: string, from: number): Generator<readonly [place: number, letter: string]> {
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (letter === "'" || letter === '"' || letter === '`') {
      for (at++; at < text.length && text[at] !== letter; at++) if (text[at] === '\\') at++
    } else if (letter === '/' && text[at + 1] === '/') {
      while (at + 1 < text.length && text[at + 1] !== '\n') at++
    } else if (letter === '/' && text[at + 1] === '*') at = Math.max(text.indexOf('*/', at), at) + 1
    else yield [at, letter]
  }
}

/** What stands between two brackets, the brackets too; null where the first has no other. */
function balanced(text: string, open: number): string | null {
  let depth = 0
  for (const [place, letter] of code(text, open)) {
    if (/[<({[]/.test(letter)) depth++
    else if (/[)}\]]/.test(letter) || (letter === '>' && text[place - 1] !== '=')) depth--
    if (depth === 0) return text.slice(open, place + 1)
  }
  return null
}

/** The parts of a list between brackets, each without the space around it. */
function parts(text: string, open: number): string[] {
  const found: string[] = []
  let depth = 0
  let start = open + 1
  for (const [place, letter] of code(text, open)) {
    if (/[({[]/.test(letter)) depth++
    else if (/[)}\]]/.test(letter)) depth--
    if ((letter === ',' && depth === 1) || depth === 0) {
      found.push(text.slice(start, place).trim())
      start = place + 1
    }
    if (depth === 0) break
  }
  return found.filter(part => part !== '')
}

function argumentsOf(call: string): string[] {
  const open = call.indexOf('(')
  return open === -1 ? [] : parts(call, open)
}

function membersOf(text: string): Member[] {
  if (!text.startsWith('{')) return []
  return parts(text, 0).flatMap((part): Member[] => {
    const found = /^(?:(\w+)|'((?:[^'\\]|\\.)*)'): ?/.exec(part)
    return found === null
      ? []
      : [[found[1] ?? (found[2] ?? '').replace(/\\(.)/g, '$1'), part.slice(found[0].length).trim()]]
  })
}
