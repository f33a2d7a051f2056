/** The key by which a caller asks for a row. */
import { SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { typeName } from '../schema/type-name.ts'
import { encoded, type Shape } from './shape.ts'

/**
 * A key's values in the order of its columns: of one column, the value itself; of several, an object.
 * @throws SessionError when the key is not what the table's is, or a value is of the wrong type
 */
export function keyOf({ table, primary }: Shape, given: unknown): unknown[] {
  const [first, ...others] = primary
  if (first === undefined) throw new SessionError('noPrimaryKey', table.key, 'found by its key')
  const isObject = typeof given === 'object' && given !== null && Object.getPrototypeOf(given) === Object.prototype
  const isNamed = isObject && (others.length > 0 || (Object.hasOwn(given, first.key) && first.sort !== 'object'))
  if (others.length > 0 && !isObject) {
    const names = primary.map(({ key }) => key).join(', ')
    throw new SessionError('wrongKey', table.key, `an object of ${names}`, typeName(given))
  }
  if (isNamed) {
    for (const name of Object.keys(given)) {
      const keys = primary.map(({ key }) => key)
      if (!keys.includes(name)) throw new SessionError('unknownColumn', table.key, name, suggestion(name, keys))
    }
  }
  return primary.map(slot => {
    const value: unknown = isNamed ? Reflect.get(given, slot.key) : given
    if (value === undefined || value === null) {
      const wanted =
        others.length > 0 ? `an object with a value of column '${slot.key}'` : `a value of column '${slot.key}'`
      throw new SessionError('wrongKey', table.key, wanted, typeName(value))
    }
    encoded(table, slot, value)
    return value
  })
}
