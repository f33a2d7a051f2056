/** Arrays in the binary form of the protocol. */
import type { ReadBytes } from './column-reader.ts'

/**
 * Reads arrays of any number of dimensions, as nested as they are. Lower bounds have no place in JavaScript and are passed over.
 * @param element reads an element, which comes in binary too
 */
export function binaryArray(element: ReadBytes): ReadBytes {
  return (message, start) => {
    const dimensions = message.readInt32BE(start)
    if (dimensions === 0) return []
    const sizes: number[] = []
    // Behind the number of dimensions stand whether there are nulls, and the type of the elements.
    let at = start + 12
    for (let dimension = 0; dimension < dimensions; dimension++) {
      sizes.push(message.readInt32BE(at))
      at += 8
    }
    const values = (dimension: number): unknown[] => {
      const found: unknown[] = []
      // Each dimension has pushed its size.
      for (let left = sizes[dimension] as number; left > 0; left--) {
        if (dimension + 1 < dimensions) {
          found.push(values(dimension + 1))
          continue
        }
        const size = message.readInt32BE(at)
        at += 4
        found.push(size < 0 ? null : element(message, at, size))
        if (size > 0) at += size
      }
      return found
    }
    return values(0)
  }
}
