/** Copies and comparisons by value of what JSON, arrays, ranges and bytes hold. */

/** A copy that shares nothing with its original. What says how it becomes JSON is copied as that. */
export function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy)
  if (value instanceof Date) return new Date(value)
  if (value instanceof Uint8Array) return value.slice()
  const json = asJson(value)
  if (json !== value) return copy(json)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member)]))
}

/** Whether two values are the same; a member that is undefined is none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, at) => isSame(each, b[at]))
  }
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && Object.is(+a, +b)
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0
  }
  const json = asJson(a)
  return json === a ? isSameObject(a, b) : isSame(json, b)
}

function isSameObject(a: object, b: object): boolean {
  const left = Object.entries(a).filter(([, member]) => member !== undefined)
  const right = new Map(Object.entries(b).filter(([, member]) => member !== undefined))
  return left.length === right.size && left.every(([key, member]) => right.has(key) && isSame(member, right.get(key)))
}

function asJson(value: object): unknown {
  return 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value
}
