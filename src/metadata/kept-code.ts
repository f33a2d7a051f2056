/** What a person wrote in a file that `pull` wrote, beside the constants of the schema: imports, types, functions. */
import { code } from './source-members.ts'

/** Where it stands, what it gives names to, and its text with its last line break. */
export interface Added {
  readonly file: string
  readonly names: readonly string[]
  readonly text: string
  /** `type`: no value. `constant`: as those that pull writes for types, and kept only where something names its type. */
  readonly kind: 'import' | 'own import' | 'type' | 'value' | 'constant'
}

export function codeIn(files: ReadonlyMap<string, string>): readonly Added[] {
  return [...files].flatMap(([file, text]) => [...importsIn(text, file, files), ...declarationsIn(text, file)])
}

/** What goes in a file. */
export interface KeptCode {
  /** Names to import from cupel, with `type` where it stands there. */
  readonly own: readonly string[]
  readonly imports: readonly string[]
  readonly before: readonly string[]
  /** What makes its values of the constants that are written. */
  readonly after: readonly string[]
}

/**
 * What of it goes in a file with this text: what was there, and what that and the text name.
 * @param written the names of the constants that are written there
 */
export function codeFor(code: readonly Added[], file: string, text: string, written: readonly string[]): KeptCode {
  const known = code.filter(one => !one.names.some(name => written.includes(name)))
  const isThere = (one: Added): boolean => one.file === file && (one.kind === 'type' || one.kind === 'value')
  const used = new Set(known.filter(isThere))
  for (let size = -1; size < used.size; ) {
    size = used.size
    const all = [text, ...[...used].map(one => one.text)].join('\n')
    const isNamed = ({ kind, names }: Added): boolean =>
      names.some(name => new RegExp(`${kind === 'constant' ? 'typeof ' : '[<\\[(|&:,.!\\s]'}${name}\\b`).test(all))
    for (const one of known) if (kinds.has(one.kind) && isNamed(one)) used.add(one)
  }
  const texts = (isWanted: (one: Added) => boolean): string[] => [
    ...new Set(known.filter(one => used.has(one) && isWanted(one)).map(one => one.text)),
  ]
  const isAfter = ({ kind, text: own }: Added): boolean =>
    kind === 'value' && written.some(name => new RegExp(`\\b${name}\\b`).test(own))
  const isBefore = (one: Added): boolean => !one.kind.endsWith('import') && !isAfter(one)
  return {
    own: texts(({ kind }) => kind === 'own import'),
    imports: texts(({ kind }) => kind === 'import'),
    before: texts(isBefore),
    after: texts(isAfter),
  }
}

const kinds: ReadonlySet<Added['kind']> = new Set(['import', 'own import', 'type', 'value', 'constant'])
/** What `pull` itself imports of cupel. */
const pulled: ReadonlySet<string> = new Set(['defineSchema', 'sql', 't', 'table'])

function importsIn(text: string, file: string, files: ReadonlyMap<string, string>): Added[] {
  return [...text.matchAll(/^import ([^'"]*?) from ['"]([^'"]+)['"];?$/gm)].flatMap(
    ([whole, what = '', from = '']): Added[] => {
      if (/^\{[^}]*\b(?:defineSchema|table|t|sql)\b/.test(what)) {
        return what
          .slice(1, -1)
          .split(',')
          .map(one => one.trim())
          .filter(one => one !== '' && !pulled.has(one))
          .map(one => ({ file, names: [/[\w$]+$/.exec(one)?.[0] ?? ''], text: one, kind: 'own import' }))
      }
      if (!whole.startsWith('import type') && files.has(from.replace(/^\.\//, ''))) return []
      const names = what.replace(/\btype\b|\w+ as\b/g, '').match(/[\w$]+/g) ?? []
      return [{ file, names, text: whole, kind: 'import' }]
    },
  )
}

const declared = /(?:export )?(?:(type|interface)|(?:const|let|(?:async )?function\*?|(?:abstract )?class)) ([\w$]+)/y

/** What is declared at the beginning of a line, with the comment above it. */
function declarationsIn(text: string, file: string): Added[] {
  const found: Added[] = []
  let depth = 0
  for (const [place, letter] of code(text, 0)) {
    if (/[{([]/.test(letter)) depth++
    if (/[})\]]/.test(letter)) depth--
    if (depth !== 0 || (place > 0 && text[place - 1] !== '\n')) continue
    declared.lastIndex = place
    const [whole, type, name = ''] = declared.exec(text) ?? []
    if (whole === undefined) continue
    const own = declaration(text, place)
    const value = own.slice(whole.length).trim()
    if (/^= (?:table|defineSchema)\(/.test(value)) continue
    const isConstant = /^= [[{]/.test(value) && value.endsWith(' as const')
    const comment = /(?:(?<![^\n])(?:\/\/[^\n]*|\/\*(?:(?!\*\/)[^])*\*\/)\n)*$/.exec(text.slice(0, place))?.[0] ?? ''
    found.push({
      file,
      names: [name],
      text: comment + own,
      kind: type !== undefined ? 'type' : isConstant ? 'constant' : 'value',
    })
  }
  return found
}

/** Up to where its brackets are closed and the next line begins something else. */
function declaration(text: string, start: number): string {
  let depth = 0
  for (const [place, letter] of code(text, start)) {
    if (/[{([]/.test(letter)) depth++
    else if (/[})\]]/.test(letter)) depth--
    else if (letter === '\n' && depth === 0 && !/^[ \t]+\S|^[|&]/.test(text.slice(place + 1, place + 200)))
      return text.slice(start, place + 1)
  }
  return `${text.slice(start).trimEnd()}\n`
}
