/** Keys for names of a database, so that `naming` gives the names back. */
import { snakeCase } from '../base/naming.ts'

/** `created_at` as `createdAt`. */
export function camelCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * A key for each name, no two the same: the one that is known, else its camel case where that leads back to it alone, else the name as it stands.
 * @param isCamel whether keys are in camel case
 * @example keysFor(['created_at', 'createdAt']) // => created_at: createdAt, createdAt: createdAt2
 */
export function keysFor(
  names: readonly string[],
  known: ReadonlyMap<string, string> = new Map(),
  isCamel = true,
): ReadonlyMap<string, string> {
  const keys = new Map([...known].filter(([name]) => names.includes(name)))
  const taken = new Set(keys.values())
  const leadsBack = (name: string): boolean => isCamel && snakeCase(camelCase(name)) === name
  for (const name of [...names.filter(leadsBack), ...names.filter(name => !leadsBack(name))]) {
    if (keys.has(name)) continue
    const wanted = leadsBack(name) ? camelCase(name) : name.replaceAll('.', '_')
    let key = wanted
    for (let count = 2; taken.has(key); count++) key = `${wanted}${count}`
    taken.add(key)
    keys.set(name, key)
  }
  return keys
}

/** Whether names are written with underscores rather than capitals. */
export function isSnakeCase(names: readonly string[]): boolean {
  const snake = names.filter(name => /[a-z0-9]_[a-z]/.test(name) && !/[A-Z]/.test(name)).length
  return snake > names.filter(name => /[a-z][A-Z]/.test(name)).length
}
