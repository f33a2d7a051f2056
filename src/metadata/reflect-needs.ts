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
 * The keys that a thing depends on and that would come after it, or beside it; and all that it depends on where it is itself made before its
 * turn. Things are named by catalogue and oid.
 */
export function needsOf(catalogue: Catalogue, nodes: ReadonlyMap<string, Node>): (object: string) => readonly string[] {
  const all = new Map<string, string[]>()
  for (const { from, to } of catalogue.depends) {
    if (nodes.get(from) === undefined || nodes.get(to) === undefined) continue
    const known = all.get(from)
    if (known === undefined) all.set(from, [to])
    else known.push(to)
  }
  const isLater = (from: string, to: string): boolean => stageOf(nodes, to) >= stageOf(nodes, from)
  const early = new Set<string>()
  const pull = (object: string): void => {
    if (early.has(object)) return
    early.add(object)
    for (const other of all.get(object) ?? []) pull(other)
  }
  for (const [from, others] of all) for (const to of others) if (isLater(from, to)) pull(to)
  return object => {
    const own = nodes.get(object)?.key
    const needed = (all.get(object) ?? []).filter(to => early.has(object) || isLater(object, to))
    return [...new Set(needed.flatMap(to => nodes.get(to)?.key ?? []))].filter(key => key !== own).sort()
  }
}

function stageOf(nodes: ReadonlyMap<string, Node>, object: string): number {
  const stage = nodes.get(object)?.stage
  return stage === undefined ? -1 : order[stage]
}
