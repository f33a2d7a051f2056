/** Finds what depends on itself. */

/**
 * Strongly connected components (Tarjan), each after those it depends on: things that do not depend on themselves are alone
 * in theirs. Ready things keep their given order, and so do those of one component. O(items + dependencies), and no deeper
 * a stack for a longer chain.
 * @example components(['a', 'b'], item => (item === 'a' ? ['b'] : [])) // => [['b'], ['a']]
 */
export function components<Item>(items: readonly Item[], dependencies: (item: Item) => Iterable<Item>): Item[][] {
  const position = new Map(items.map((item, at) => [item, at]))
  const numbers = new Map<Item, number>()
  const lowest = new Map<Item, number>()
  const open = new Set<Item>()
  const trail: Item[] = []
  const found: Item[][] = []
  const lower = (item: Item, to: number): void => {
    if (to < (lowest.get(item) ?? to)) lowest.set(item, to)
  }
  const enter = (item: Item): { item: Item; rest: Iterator<Item> } => {
    lowest.set(item, numbers.size)
    numbers.set(item, numbers.size)
    open.add(item)
    trail.push(item)
    return { item, rest: dependencies(item)[Symbol.iterator]() }
  }
  for (const root of items) {
    if (numbers.has(root)) continue
    const path = [enter(root)]
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const { value: next, done } = here.rest.next()
      if (done !== true) {
        if (!position.has(next)) continue
        const number = numbers.get(next)
        if (number === undefined) path.push(enter(next))
        else if (open.has(next)) lower(here.item, number)
        continue
      }
      path.pop()
      const low = lowest.get(here.item) ?? 0
      const before = path.at(-1)
      if (before !== undefined) lower(before.item, low)
      if (low !== numbers.get(here.item)) continue
      const component = trail.splice(trail.lastIndexOf(here.item))
      for (const item of component) open.delete(item)
      found.push(component.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)))
    }
  }
  return found
}
