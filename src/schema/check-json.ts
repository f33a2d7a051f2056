/** What JSON can say and Postgres can hold. */
import type { TypeModel } from './model.ts'
import { wrongValue } from './wrong-value.ts'

/**
 * Gives back a value that `JSON.stringify` says whole, or refuses it: what it would drop or turn into something else (functions,
 * bigints, NaN, Map, Set, bytes, cycles), and strings with what Postgres does not take. `undefined` is left out of objects, as
 * JSON does.
 */
export function jsonValue(type: TypeModel): (value: unknown) => unknown {
  return value => {
    if (value === undefined) throw wrongValue(type, wanted, value)
    walk(type, value, [])
    return value
  }
}

const wanted = 'a value that JSON can say'

function walk(type: TypeModel, value: unknown, above: readonly object[]): void {
  switch (typeof value) {
    case 'string':
      if (value.includes('\0') || !value.isWellFormed()) throw wrongValue(type, 'JSON of whole characters', value)
      return
    case 'number':
      if (!Number.isFinite(value)) throw wrongValue(type, wanted, value)
      return
    case 'boolean':
      return
    case 'object':
      if (value !== null) walkObject(type, value, above)
      return
  }
  throw wrongValue(type, wanted, value)
}

function walkObject(type: TypeModel, value: object, above: readonly object[]): void {
  if (above.includes(value)) throw wrongValue(type, wanted, value, 'an object that holds itself')
  const inside = [...above, value]
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    walk(type, value instanceof Date && Number.isNaN(value.getTime()) ? Number.NaN : value.toJSON(''), inside)
  } else if (Array.isArray(value)) {
    // By index, since a hole would be written as null.
    for (let at = 0; at < value.length; at++) walk(type, value[at], inside)
  } else {
    if (opaque(value)) throw wrongValue(type, wanted, value, `a ${value.constructor.name}`)
    for (const [key, member] of Object.entries(value)) {
      walk(type, key, inside)
      if (member !== undefined) walk(type, member, inside)
    }
  }
}

/** Objects whose contents are not in their properties. */
function opaque(value: object): boolean {
  return (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof Promise ||
    value instanceof RegExp ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value)
  )
}
