/** Which layer of a drawing each box stands in: what is pointed to stands left of what points. */

/** A box to be placed; `group` is the band that it belongs to. */
export interface Box {
  readonly width: number
  readonly height: number
  readonly group: number
}

/** A line from one box to another; `fromY` and `toY` are where it leaves them, from their tops. */
export interface Link {
  readonly from: number
  readonly to: number
  readonly fromY: number
  readonly toY: number
}

/** The space between boxes that stand over each other. */
export const gap = 22

/**
 * The layer of each box, from 0. A box stands in the first layer after those it points to that has room; where boxes point to each other in
 * a ring, one of them comes first all the same.
 * @param limits how high a layer may be, for each group
 */
export function layersOf(boxes: readonly Box[], links: readonly Link[], limits: readonly number[]): number[] {
  const parents = boxes.map((): Set<number> => new Set())
  const children = boxes.map((): Set<number> => new Set())
  for (const { from, to } of links) {
    if (from === to) continue
    parents[from]?.add(to)
    children[to]?.add(from)
  }
  const layers = boxes.map(() => -1)
  const loads = new Map<string, number>()
  const room = (at: number, layer: number): boolean => {
    const { group, height } = boxes[at] as Box
    const load = loads.get(`${group} ${layer}`) ?? 0
    return load === 0 || load + height <= (limits[group] ?? 0)
  }
  const put = (at: number, layer: number): void => {
    const { group, height } = boxes[at] as Box
    const add = (place: number, by: number) => {
      const key = `${group} ${place}`
      loads.set(key, (loads.get(key) ?? 0) + by)
    }
    if (layers[at] !== -1) add(layers[at] ?? 0, -height - gap)
    add(layer, height + gap)
    layers[at] = layer
  }

  const order = parentsFirst(parents, children)
  const tied = order.filter(at => (parents[at]?.size ?? 0) + (children[at]?.size ?? 0) > 0)
  for (const at of tied) {
    const before = [...(parents[at] ?? [])].map(parent => layers[parent] ?? -1)
    let layer = Math.max(-1, ...before) + 1
    while (!room(at, layer)) layer++
    put(at, layer)
  }
  // Those that point to less than points to them stand better beside the latter.
  for (const at of tied.toReversed()) {
    const after = [...(children[at] ?? [])].map(child => layers[child] ?? 0)
    if (after.length < (parents[at]?.size ?? 0) || after.length === 0) continue
    const wanted = Math.min(...after) - 1
    for (let layer = wanted; layer > (layers[at] ?? 0); layer--) {
      if (!room(at, layer)) continue
      put(at, layer)
      break
    }
  }
  const last = Math.max(0, ...layers)
  for (const at of order.filter(one => !tied.includes(one))) {
    const { group } = boxes[at] as Box
    const places = Array.from({ length: last + 1 }, (_, layer) => layer)
    const load = (layer: number) => loads.get(`${group} ${layer}`) ?? 0
    let layer = places.reduce((best, one) => (load(one) < load(best) ? one : best), 0)
    if (!room(at, layer)) for (layer = last + 1; !room(at, layer); ) layer++
    put(at, layer)
  }
  // No layer is left empty.
  const used = [...new Set(layers)].sort((a, b) => a - b)
  return layers.map(layer => used.indexOf(layer))
}

/** All boxes, each after those it points to; of several, the one under which most is. Boxes that are tied stay together. */
function parentsFirst(parents: readonly ReadonlySet<number>[], children: readonly ReadonlySet<number>[]): number[] {
  const depths = new Map<number, number>()
  const depth = (at: number): number => {
    const known = depths.get(at)
    if (known !== undefined) return known
    depths.set(at, 0)
    const found = Math.max(0, ...[...(children[at] ?? [])].map(child => depth(child) + 1))
    depths.set(at, found)
    return found
  }
  const rank = (a: number, b: number): number =>
    depth(b) - depth(a) || (children[b]?.size ?? 0) - (children[a]?.size ?? 0) || a - b
  const order: number[] = []
  for (const part of partsOf(parents, children)) {
    const left = new Set(part)
    while (left.size > 0) {
      const waiting = (at: number) => [...(parents[at] ?? [])].filter(parent => left.has(parent)).length
      const free = [...left].filter(at => waiting(at) === 0)
      // In a ring nobody is free: whoever is pointed to most comes first.
      const next =
        free.length > 0 ? free.sort(rank)[0] : [...left].sort((a, b) => waiting(a) - waiting(b) || rank(a, b))[0]
      if (next === undefined) break
      left.delete(next)
      order.push(next)
    }
  }
  return order
}

/** The boxes in parts that no line ties to each other, the largest first. */
function partsOf(parents: readonly ReadonlySet<number>[], children: readonly ReadonlySet<number>[]): number[][] {
  const seen = new Set<number>()
  const parts: number[][] = []
  for (const start of parents.keys()) {
    if (seen.has(start)) continue
    const part: number[] = []
    const open = [start]
    seen.add(start)
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      part.push(at)
      for (const next of [...(parents[at] ?? []), ...(children[at] ?? [])]) {
        if (seen.has(next)) continue
        seen.add(next)
        open.push(next)
      }
    }
    parts.push(part.sort((a, b) => a - b))
  }
  return parts.sort((a, b) => b.length - a.length)
}
