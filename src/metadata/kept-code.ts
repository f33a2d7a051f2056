/** What a person wrote in a file that `pull` wrote, beside the constants of the schema: imports, types, functions, exports, comments. */
import { statementsOf } from './source-statements.ts'

/** Where it stands, what it gives names to, and its text with its last line break. */
export interface Added {
  readonly file: string
  /** None for what stays because it is there. */
  readonly names: readonly string[]
  readonly text: string
  /** `type`: no value. `constant`: of a type, as `pull` writes them, and kept only where something names it. `remark`: at the end. */
  readonly kind: 'import' | 'own import' | 'type' | 'value' | 'constant' | 'remark'
}

/** What is said of a constant that `pull` writes: the comment above it, and whether others may import it. */
export interface Said {
  readonly comment: string
  readonly isExported: boolean
}

export interface SourceCode {
  readonly added: readonly Added[]
  /** Of every constant, by its name. */
  readonly said: ReadonlyMap<string, Said>
  /** The comments above the imports, by files. */
  readonly headers: ReadonlyMap<string, string>
}

export function codeIn(files: ReadonlyMap<string, string>): SourceCode {
  const added: Added[] = []
  const said = new Map<string, Said>()
  const headers = new Map<string, string>()
  const all = [...files.values()].join('\n')
  for (const [file, text] of files) {
    const { statements, rest } = statementsOf(text)
    for (const { comment, text: own } of statements) {
      if (/^import\b/.test(own)) {
        const imports = importIn(own, file, files)
        const isKept = imports.some(({ kind }) => kind === 'import')
        added.push(...imports.map(one => (one.kind === 'import' ? { ...one, text: comment + one.text } : one)))
        if (!isKept) headers.set(file, (headers.get(file) ?? '') + comment)
        continue
      }
      const [, isExported, name] = /^(export )?const ([\w$]+)/.exec(own) ?? []
      if (name !== undefined) said.set(name, { comment, isExported: isExported !== undefined })
      if (/^export default defineSchema\(/.test(own)) said.set('default', { comment, isExported: true })
      const declaration = declarationIn(own, comment, file, all)
      if (declaration !== null) added.push(declaration)
    }
    if (rest !== '') added.push({ file, names: [], text: rest, kind: 'remark' })
  }
  return { added, said, headers }
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
  const isThere = (one: Added): boolean =>
    one.file === file && (one.kind === 'type' || one.kind === 'value' || one.names.length === 0)
  const used = new Set(known.filter(isThere))
  for (let size = -1; size < used.size; ) {
    size = used.size
    const all = [text, ...[...used].map(one => one.text)].join('\n')
    const isNamed = ({ kind, names }: Added): boolean =>
      names.some(name => new RegExp(`${kind === 'constant' ? 'typeof ' : '[<\\[(|&:,.!\\s]'}${name}\\b`).test(all))
    for (const one of known) if (isNamed(one)) used.add(one)
  }
  const texts = (isWanted: (one: Added) => boolean): string[] => [
    ...new Set(known.filter(one => used.has(one) && isWanted(one)).map(one => one.text)),
  ]
  const isAfter = ({ kind, text: own }: Added): boolean =>
    kind === 'remark' || (kind === 'value' && written.some(name => new RegExp(`\\b${name}\\b`).test(own)))
  const isBefore = (one: Added): boolean => !one.kind.endsWith('import') && !isAfter(one)
  return {
    own: texts(({ kind }) => kind === 'own import'),
    imports: texts(({ kind }) => kind === 'import'),
    before: texts(isBefore),
    after: texts(isAfter),
  }
}

/** What `pull` itself imports of cupel. */
const pulled: ReadonlySet<string> = new Set(['defineSchema', 'sql', 't', 'table'])

/** An import as it stands; the names of cupel's own one by one, and nothing for one of another file that `pull` writes. */
function importIn(own: string, file: string, files: ReadonlyMap<string, string>): Added[] {
  const text = own.trimEnd()
  const found = /^import ([^'"]*?) from ['"]([^'"]+)['"]/.exec(text)
  if (found === null) return [{ file, names: [], text, kind: 'import' }]
  const [, what = '', from = ''] = found
  if (/^\{[^}]*\b(?:defineSchema|table|t|sql)\b/.test(what)) {
    return what
      .slice(1, -1)
      .split(',')
      .map(one => one.trim())
      .filter(one => one !== '' && !pulled.has(one))
      .map(one => ({ file, names: [/[\w$]+$/.exec(one)?.[0] ?? ''], text: one, kind: 'own import' }))
  }
  if (!what.startsWith('type ') && files.has(from.replace(/^\.\//, ''))) return []
  const names = what.replace(/\btype\b|\w+ as\b/g, '').match(/[\w$]+/g) ?? []
  return [{ file, names, text, kind: 'import' }]
}

const declared = /^(?:export )?(?:(type|interface)|(?:const|let|(?:async )?function\*?|(?:abstract )?class)) ([\w$]+)/

/** What a statement adds; null where it is one that `pull` writes. */
function declarationIn(own: string, comment: string, file: string, all: string): Added | null {
  if (/^export default (?:table|defineSchema)\(/.test(own)) return null
  const text = comment + own
  const [whole, type, name = ''] = declared.exec(own) ?? []
  if (whole === undefined) return { file, names: [], text, kind: 'value' }
  const value = own.slice(whole.length).trim()
  if (/^= (?:table|defineSchema)\(/.test(value)) return null
  const isConstant = /^= [[{]/.test(value) && value.endsWith(' as const') && isOfType(name, all)
  return { file, names: [name], text, kind: type !== undefined ? 'type' : isConstant ? 'constant' : 'value' }
}

/** Whether the schema has a type from the constant: it is written as the database has it now. */
function isOfType(name: string, all: string): boolean {
  return new RegExp(
    `t\\.(?:enum|domain|composite)\\((?:'[^'\\n]*'|"[^"\\n]*"), ${name}\\b|\\b(?:enums|domains|composites): \\{[^}]*\\b${name}\\b`,
  ).test(all)
}
