/** How a key of the literal becomes a name in the database. Twin: `snakeCase` in types/naming.ts. */

/**
 * Camel case to snake case: an underscore before every capital letter that does not come first, all in lower case.
 * @example snakeCase('createdAt') // => 'created_at'
 */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? '' : '_') + letter.toLowerCase())
}
