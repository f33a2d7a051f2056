/** How high each item stands in its layer: few lines cross, and most are straight. */
import { gap } from './layers.ts'
import type { Item, Nets } from './nets.ts'

/** Two items of neighbouring layers that a line joins, and where it leaves each. */
interface Joint {
  readonly left: number
  readonly leftY: number
  readonly right: number
  readonly rightY: number
}

/** Between the way of a net and what stands over or under it. */
const wayGap = 12
const sweeps = 16
const settlings = 24

export interface Placing {
  /** The top of each item within its group. */
  readonly tops: readonly number[]
  /** The height of each group. */
  readonly heights: readonly number[]
  readonly crossings: number
}

/** Orders the items of each layer, then gives each its place. */
export function placed({ items, spans }: Nets, groups: number): Placing {
  const joints = spans.flatMap(({ hub, ends }) =>
    ends.flatMap((end): Joint[] => {
      if (end.side === hub.side) return []
      const [left, right] = hub.side === 'left' ? [hub, end] : [end, hub]
      return [{ left: left.item, leftY: left.offset, right: right.item, rightY: right.offset }]
    }),
  )
  const layers = layersWith(items)
  order(items, layers, joints)
  const tops = settled(items, layers, joints, groups)
  const heights = Array.from({ length: groups }, (_, group) =>
    Math.max(0, ...items.map((item, at) => (item.group === group ? (tops[at] ?? 0) + item.height : 0))),
  )
  return { tops, heights, crossings: crossings(items, joints, tops) }
}

function layersWith(items: readonly Item[]): number[][] {
  const layers: number[][] = []
  for (const [at, { layer }] of items.entries()) {
    while (layers.length <= layer) layers.push([])
    layers[layer]?.push(at)
  }
  for (const layer of layers) layer.sort((a, b) => (items[a]?.group ?? 0) - (items[b]?.group ?? 0))
  return layers
}

/** Puts each item where those that it is joined to are, layer by layer, to and fro, and keeps the order with the fewest crossings. */
function order(items: readonly Item[], layers: number[][], joints: readonly Joint[]): void {
  const before = joinedTo(items, joints)
  const tops = stacked(items, layers)
  let best = { count: crossings(items, joints, tops), layers: layers.map(layer => [...layer]) }
  for (let sweep = 0; sweep < sweeps && best.count > 0; sweep++) {
    const forth = sweep % 2 === 0
    for (const layer of forth ? layers : layers.toReversed()) {
      const wanted = new Map(
        layer.map(at => {
          const others = (before[at] ?? [])
            .filter(one => one.isLeft === forth)
            .map(one => (tops[one.item] ?? 0) + one.y)
          // What nothing is joined to stands below all else.
          const own = (before[at] ?? []).length === 0 ? Number.MAX_VALUE : (tops[at] ?? 0)
          return [at, others.length === 0 ? own : mean(others)]
        }),
      )
      layer.sort(
        (a, b) => (items[a]?.group ?? 0) - (items[b]?.group ?? 0) || (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0),
      )
      stacked(items, [layer], tops)
    }
    const count = crossings(items, joints, tops)
    if (count < best.count) best = { count, layers: layers.map(layer => [...layer]) }
  }
  for (const [at, layer] of best.layers.entries()) layers[at] = layer
}

/** What each item is joined to: the other, where the line leaves it, and where it leaves the item itself. */
function joinedTo(items: readonly Item[], joints: readonly Joint[]) {
  const found = items.map((): { item: number; y: number; own: number; isLeft: boolean }[] => [])
  for (const { left, leftY, right, rightY } of joints) {
    found[left]?.push({ item: right, y: rightY, own: leftY, isLeft: false })
    found[right]?.push({ item: left, y: leftY, own: rightY, isLeft: true })
  }
  return found
}

/** Puts the items of each layer under each other from the top; `tops` of others stay as they are. */
function stacked(items: readonly Item[], layers: readonly (readonly number[])[], tops: number[] = []): number[] {
  for (const layer of layers) {
    let y = 0
    for (const at of layer) {
      tops[at] = y
      y += (items[at]?.height ?? 0) + gap
    }
  }
  return tops
}

function crossings(items: readonly Item[], joints: readonly Joint[], tops: readonly number[]): number {
  const byLayer = new Map<number, [number, number][]>()
  for (const { left, leftY, right, rightY } of joints) {
    const layer = items[left]?.layer ?? 0
    const one: [number, number] = [(tops[left] ?? 0) + leftY, (tops[right] ?? 0) + rightY]
    const lines = byLayer.get(layer)
    if (lines === undefined) byLayer.set(layer, [one])
    else lines.push(one)
  }
  let count = 0
  for (const lines of byLayer.values()) {
    for (const [at, [a, b]] of lines.entries()) {
      for (let next = at + 1; next < lines.length; next++) {
        const [c, d] = lines[next] ?? [a, b]
        if ((a < c && b > d) || (a > c && b < d)) count++
      }
    }
  }
  return count
}

/** Moves items towards those that they are joined to, in their order, until little changes. */
function settled(
  items: readonly Item[],
  layers: readonly (readonly number[])[],
  joints: readonly Joint[],
  groups: number,
): number[] {
  const joined = joinedTo(items, joints)
  const tops: number[] = []
  for (let group = 0; group < groups; group++) {
    const own = layers.map(layer => layer.filter(at => items[at]?.group === group))
    stacked(items, own, tops)
    for (let round = 0; round < settlings; round++) {
      for (const layer of round % 2 === 0 ? own : own.toReversed()) {
        const wishes = layer.map(at => {
          const near = (joined[at] ?? []).filter(one => items[one.item]?.group === group)
          const places = near.map(one => (tops[one.item] ?? 0) + one.y - one.own)
          // What is joined to nothing lies close under what is over it; ways want to be straight.
          if (places.length === 0) return { top: 0, weight: 1e-6 }
          return { top: mean(places), weight: places.length * (items[at]?.box === null ? 6 : 1) }
        })
        const spaces = layer.map((at, place) => space(items[at], items[layer[place + 1] ?? at]))
        for (const [place, top] of inOrder(wishes, spaces).entries()) tops[layer[place] ?? 0] = top
      }
    }
    const all = own.flat()
    const least = Math.min(...all.map(at => tops[at] ?? 0))
    for (const at of all) tops[at] = Math.round((tops[at] ?? 0) - least)
  }
  return tops
}

function space(over: Item | undefined, under: Item | undefined): number {
  return (over?.height ?? 0) + (over?.box === null || under?.box === null ? wayGap : gap)
}

/** The places nearest to those wished for (least squares) that keep the order and the spaces: neighbours that press on each other move as one. */
function inOrder(
  wishes: readonly { readonly top: number; readonly weight: number }[],
  spaces: readonly number[],
): number[] {
  const blocks: { sum: number; weight: number; size: number }[] = []
  let offset = 0
  for (const [at, { top, weight }] of wishes.entries()) {
    blocks.push({ sum: (top - offset) * weight, weight, size: 1 })
    offset += spaces[at] ?? 0
    for (;;) {
      const [over, under] = blocks.slice(-2)
      if (over === undefined || under === undefined || over.sum / over.weight <= under.sum / under.weight) break
      blocks.splice(-2, 2, {
        sum: over.sum + under.sum,
        weight: over.weight + under.weight,
        size: over.size + under.size,
      })
    }
  }
  const tops: number[] = []
  let base = 0
  for (const { sum, weight, size } of blocks) {
    for (let count = 0; count < size; count++) {
      base += tops.length === 0 ? 0 : (spaces[tops.length - 1] ?? 0)
      tops.push(sum / weight + base)
    }
  }
  return tops
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
