/** What must be made before what, where the order of kinds does not see to it. */
import type { Catalogue } from './catalogue.ts'

/** Where in that order a kind stands. */
const order = { first: 0, sequence: 1, enum: 2, type: 3, function: 4, table: 5, view: 6, last: 7 } as const

export type Stage = keyof typeof order

export interface Node {
  readonly key: string
  readonly stage: Stage
}

/**
 * The keys that a thing depends on and that would come after it, or beside it. What another makes come before its turn needs more. Things are
 * named by catalogue and oid.
 */
export function needsOf(catalogue: Catalogue, nodes: ReadonlyMap<string, Node>): (object: string) => readonly string[] {
  const all = new Map<string, string[]>()
  for (const { from, to } of catalogue.depends) {
    if (!nodes.has(from) || !nodes.has(to)) continue
    const known = all.get(from)
    if (known === undefined) all.set(from, [to])
    else known.push(to)
  }
  const stages = new Map([...nodes].map(([object, { stage }]) => [object, order[stage] as number]))
  const stageOf = (object: string): number => stages.get(object) ?? -1
  const turns = new Map(stages)
  const turnOf = (object: string): number => turns.get(object) ?? -1
  const pull = (object: string): void => {
    for (const other of all.get(object) ?? []) {
      if (turnOf(other) <= turnOf(object)) continue
      turns.set(other, turnOf(object))
      pull(other)
    }
  }
  for (const object of all.keys()) pull(object)
  return object => {
    const needed = (all.get(object) ?? []).filter(other => stageOf(other) >= turnOf(object))
    const keys = new Set(needed.flatMap(other => nodes.get(other)?.key ?? []))
    keys.delete(nodes.get(object)?.key ?? '')
    return [...keys].sort()
  }
}
