/** Orders things so that each comes after what it depends on. */

/**
 * A stable topological order: ready things keep their given order. Things on a cycle come when everything before them in
 * the given order has been placed, so the result always holds every item once. O(items + dependencies).
 * @example toposort(['a', 'b'], item => (item === 'a' ? ['b'] : [])) // => ['b', 'a']
 */
export function toposort<Item>(items: readonly Item[], dependencies: (item: Item) => Iterable<Item>): Item[] {
  const known = new Set(items)
  const state = new Map<Item, 'open' | 'done'>()
  const sorted: Item[] = []
  const visit = (item: Item): void => {
    state.set(item, 'open')
    for (const dependency of dependencies(item)) {
      if (known.has(dependency) && !state.has(dependency)) visit(dependency)
    }
    state.set(item, 'done')
    sorted.push(item)
  }
  for (const item of items) if (!state.has(item)) visit(item)
  return sorted
}
