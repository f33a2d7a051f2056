/** TypeScript as a formatter would leave it: two spaces, single quotes, no semicolons, 120 columns. */
import type { Fragment } from '../base/fragment.ts'

const width = 120

/** A piece of an expression. A string is text that stands on one line, or a template with its lines. */
export type Source =
  | string
  | { readonly object: readonly (readonly [key: string, value: Source])[]; readonly open?: boolean }
  | { readonly array: readonly Source[] }
  | { readonly call: string; readonly arguments: readonly Source[] }

/** The piece as text that begins at a column of a line indented so far, with so many characters to follow on its last line. */
export function sourceText(source: Source, indent: number, column: number, after: number): string {
  if (typeof source === 'string') return source
  const flat = flatText(source)
  if (flat !== null && column + flat.length + after <= width) return flat
  const inner = indent + 2
  const pad = ' '.repeat(inner)
  const end = ' '.repeat(indent)
  if ('array' in source) {
    const lines = source.array.map(one => `${pad}${sourceText(one, inner, inner, 1)},\n`)
    return `[\n${lines.join('')}${end}]`
  }
  if ('object' in source) {
    return `{\n${source.object.map(([key, value]) => `${pad}${member(key, value, inner)},\n`).join('')}${end}}`
  }
  const last = source.arguments.at(-1)
  const before = source.arguments.slice(0, -1)
  const head = before.map(flatText)
  const hugs =
    typeof last === 'object' && 'object' in last && head.every(text => text !== null) && !before.some(isObject)
  if (hugs) {
    const start = `${source.call}(${head.map(text => `${text}, `).join('')}`
    if (column + start.length < width) return `${start}${expanded(last, indent)})`
  }
  const lines = source.arguments.map(one => `${pad}${sourceText(one, inner, inner, 1)},\n`)
  return `${source.call}(\n${lines.join('')}${end})`
}

function isObject(source: Source): boolean {
  return typeof source === 'object' && 'object' in source
}

function expanded(source: Source, indent: number): string {
  return typeof source === 'object' && 'object' in source
    ? sourceText({ ...source, open: true }, indent, indent, 0)
    : sourceText(source, indent, indent, 0)
}

/** On one line; null where it cannot be. */
function flatText(source: Source): string | null {
  if (typeof source === 'string') return source.includes('\n') ? null : source
  if ('array' in source) {
    if (isMatrix(source.array)) return null
    const parts = source.array.map(flatText)
    return parts.includes(null) ? null : `[${parts.join(', ')}]`
  }
  if ('object' in source) {
    if (source.object.length === 0) return '{}'
    if (source.open === true) return null
    const parts = source.object.map(([key, value]) => {
      const text = flatText(value)
      if (text === null) return null
      return text === key ? key : `${key}: ${text}`
    })
    return parts.includes(null) ? null : `{ ${parts.join(', ')} }`
  }
  const parts = source.arguments.map(flatText)
  return parts.includes(null) ? null : `${source.call}(${parts.join(', ')})`
}

/** Several objects of several members, or several such arrays, stand one below the other. */
function isMatrix(elements: readonly Source[]): boolean {
  if (elements.length < 2) return false
  const areObjects = elements.every(one => typeof one === 'object' && 'object' in one && one.object.length > 1)
  return areObjects || elements.every(one => typeof one === 'object' && 'array' in one && one.array.length > 1)
}

/** A member of an object. A string that would pass the end of the line begins the next, and so does a bracket. */
function member(key: string, value: Source, indent: number): string {
  if (value === key) return key
  const start = `${key}: `
  const isString = typeof value === 'string' && /^['"]/.test(value)
  if (isString && key.length > 2 && indent + start.length + value.length + 1 > width) {
    return `${key}:\n${' '.repeat(indent + 2)}${value}`
  }
  const isBracket = typeof value === 'object' && !('call' in value)
  if (isBracket && key.length > 2 && indent + start.length + 1 > width) {
    return `${key}:\n${' '.repeat(indent + 2)}${sourceText(value, indent + 2, indent + 2, 1)}`
  }
  return start + sourceText(value, indent, indent + start.length, 1)
}

/** A key of an object, quoted where it must be. */
export function keyText(key: string): string {
  // As a plain key it would be the object's prototype.
  if (key === '__proto__') return `['__proto__']`
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : stringText(key)
}

/** A string in the quotes that it holds fewer of. */
export function stringText(value: string): string {
  const single = value.split("'").length
  const double = value.split('"').length
  const quote = single > double ? '"' : "'"
  const escaped = value.replace(/[\\\n\r\t\u2028\u2029]/g, letter => escapes[letter] ?? letter)
  // Linters take it for a template whose quotes are wrong.
  const plain = escaped.replaceAll('${', '$\\x7b')
  return quote + plain.replaceAll(quote, `\\${quote}`) + quote
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** A fragment of text alone, as the `sql` tag takes it. */
export function fragmentSource(fragment: Fragment): string {
  const text = fragment.parts.map(part => (part.kind === 'text' ? part.text : '')).join('')
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${').replaceAll('\r', '\\r')
  return `sql\`${escaped}\``
}
