/** Values by keys of one or several parts, which are compared by value. */
import { comparable } from './identity-map.ts'

interface Level<Value> extends Map<unknown, Level<Value> | Value[]> {}

export class KeyGroups<Value> {
  readonly #root: Level<Value> = new Map()

  add(key: readonly unknown[], value: Value): void {
    let level = this.#root
    const last = key.length - 1
    for (let at = 0; at < last; at++) {
      const part = comparable(key[at])
      let next = level.get(part)
      if (!(next instanceof Map)) {
        next = new Map()
        level.set(part, next)
      }
      level = next
    }
    const part = comparable(key[last])
    const known = level.get(part)
    if (Array.isArray(known)) known.push(value)
    else level.set(part, [value])
  }

  /** As `add`, by a key of one part. PERF: without an array for it. */
  addOne(key: unknown, value: Value): void {
    const part = comparable(key)
    const known = this.#root.get(part)
    if (Array.isArray(known)) known.push(value)
    else this.#root.set(part, [value])
  }

  of(key: readonly unknown[]): readonly Value[] {
    let level: Level<Value> | Value[] | undefined = this.#root
    for (const part of key) {
      if (!(level instanceof Map)) return []
      level = level.get(comparable(part))
    }
    return Array.isArray(level) ? level : []
  }

  /** The keys, each once. */
  keys(): unknown[][] {
    return keysIn(this.#root)
  }
}

function keysIn<Value>(level: Level<Value>): unknown[][] {
  return [...level].flatMap(([part, next]) =>
    next instanceof Map ? keysIn(next).map(rest => [part, ...rest]) : [[part]],
  )
}
