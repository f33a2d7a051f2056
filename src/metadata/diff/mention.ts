/** Whether Postgres's own text of one thing names another. */
import type { QualifiedName } from '../../schema/model.ts'

/**
 * Whether a text that was printed under an empty search path names the thing, which it then does with its schema. A string that happens to
 * hold the name counts too: what is made anew without need does no harm, and what was left alone would.
 */
export function mentions(text: string, named: QualifiedName): boolean {
  const name = (part: string): string => `"?${part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('"', '""')}"?`
  return new RegExp(`(?<![\\w$"])${name(named.schema)}\\.${name(named.name)}(?![\\w$"])`).test(text)
}

/** Whether a text holds the name, be it of a column or of something else. */
export function namesColumn(text: string, name: string): boolean {
  const pattern = name.replaceAll('"', '""').replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return new RegExp(`(?<![\\w$])${pattern}(?![\\w$])`).test(text)
}
