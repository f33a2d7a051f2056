/** Whether Postgres's own text of one thing names another. */
import { quoteQualified } from '../../base/identifier.ts'
import type { QualifiedName } from '../../schema/model.ts'

/** A thing that texts may name: as itself, or, of a type, as what a value is cast to. That of Postgres's own has no schema there. */
export interface Mentioned extends QualifiedName {
  readonly isCast?: true
}

/**
 * Whether a text that was printed under an empty search path names the thing, which it then does with its schema. A string that happens to
 * hold the name counts too: what is made anew without need does no harm, and what was left alone would.
 */
export function mentions(text: string, named: Mentioned): boolean {
  return mention(named).test(text)
}

/** The text with another name wherever it names the thing. */
export function renamedIn(text: string, from: QualifiedName, to: QualifiedName): string {
  return text.replace(mention(from), () => quoteQualified(to))
}

function mention(named: Mentioned): RegExp {
  const name = (part: string): string => `"?${escaped(part)}"?`
  const schema = named.schema === '' ? '' : `${name(named.schema)}\\.`
  const before = named.isCast === true ? '(?<=::)' : '(?<![\\w$"])'
  return new RegExp(`${before}${schema}${name(named.name)}(?![\\w$"])`, 'g')
}

/** A name as SQL quotes it, to be found in a text. */
function escaped(name: string): string {
  return name.replaceAll('"', '""').replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** Whether a text holds the name, be it of a column or of something else. */
export function namesColumn(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`).test(text)
}

/** Whether a text that anybody wrote calls a function of the name, with its schema or without. */
export function calls(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])"?${escaped(name)}"?\\s*\\(`, /^[a-z_][a-z\d_$]*$/.test(name) ? 'i' : '').test(text)
}

/** Where Postgres prints columns under other names or under none: rows as wholes, natural joins, and names given after a table or a join. */
const unnamed = /\.\*|\bnatural\b|(?:\.(?:"(?:[^"]|"")*"|[\w$]+)|\))\s+(?:as\s+)?(?:"(?:[^"]|"")*"|[\w$]+)\(/i

/** Whether a text of Postgres's may read one of these columns, of whatever table. */
export function mayRead(text: string, names: Iterable<string>): boolean {
  return unnamed.test(text) || [...names].some(name => namesColumn(text, name))
}
