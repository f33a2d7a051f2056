/** Things of two schemas side by side. */

export interface Pairs<Thing> {
  readonly both: readonly (readonly [from: Thing, to: Thing])[]
  readonly gone: readonly Thing[]
  readonly fresh: readonly Thing[]
}

/** Things of one name are pairs; each list is in the order of its schema. */
export function paired<Thing>(
  from: readonly Thing[],
  to: readonly Thing[],
  name: (thing: Thing) => string,
): Pairs<Thing> {
  const before = new Map(from.map(thing => [name(thing), thing]))
  const after = new Set(to.map(name))
  return {
    both: to.flatMap(thing => {
      const old = before.get(name(thing))
      return old === undefined ? [] : [[old, thing] as const]
    }),
    gone: from.filter(thing => !after.has(name(thing))),
    fresh: to.filter(thing => !before.has(name(thing))),
  }
}
