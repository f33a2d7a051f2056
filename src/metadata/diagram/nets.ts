/** Lines that lead to one box, as one net: they share their way through the layers in between. */
import type { Box, Link } from './layers.ts'

/** What stands in a layer: a box, or the way of a net past the boxes. */
export interface Item {
  readonly layer: number
  readonly group: number
  readonly height: number
  /** The box's place, or null for a way. */
  readonly box: number | null
}

/** An end of a line in the space between two layers: at an item, so far below its top. */
export interface End {
  readonly item: number
  readonly offset: number
  /** Which side of the space the item is on. */
  readonly side: 'left' | 'right'
  /** The line that begins here; null where the net itself goes on. */
  readonly link: number | null
}

/** What a net does in the space right of a layer: all ends are joined to the hub, towards the box that the net leads to. */
export interface Span {
  readonly net: number
  readonly channel: number
  readonly hub: End
  readonly ends: readonly End[]
}

export interface Nets {
  readonly items: readonly Item[]
  readonly spans: readonly Span[]
  /** Of each net: the box it leads to, and on which side it comes there. */
  readonly nets: readonly { readonly target: number; readonly side: 'left' | 'right' }[]
}

/** Cuts the links into nets, and these into what they do in each space between layers. */
export function netsOf(boxes: readonly Box[], links: readonly Link[], layers: readonly number[]): Nets {
  const items: Item[] = boxes.map(({ group, height }, box) => ({ layer: layers[box] ?? 0, group, height, box }))
  const nets: { target: number; side: 'left' | 'right' }[] = []
  const spans: Span[] = []
  for (const target of boxes.keys()) {
    const home = layers[target] ?? 0
    const coming = links.flatMap((link, at) =>
      link.to === target ? [{ ...link, at, layer: layers[link.from] ?? 0 }] : [],
    )
    for (const side of ['right', 'left'] as const) {
      const own = coming.filter(({ layer }) => (side === 'right' ? layer >= home : layer < home))
      if (own.length === 0) continue
      const net = nets.push({ target, side }) - 1
      const step = side === 'right' ? 1 : -1
      const far = side === 'right' ? Math.max(...own.map(one => one.layer)) : Math.min(...own.map(one => one.layer))
      let hub: End = { item: target, offset: own[0]?.toY ?? 0, side: side === 'right' ? 'left' : 'right', link: null }
      for (let layer = home; ; layer += step) {
        const next = layer + step
        const ends = own
          .filter(one => one.layer === next || (one.layer === layer && layer === home))
          .map(
            (one): End => ({
              item: one.from,
              offset: one.fromY,
              side: one.layer === layer ? hub.side : opposite(hub.side),
              link: one.at,
            }),
          )
        const goesOn = side === 'right' ? far > next : far < next
        const way = goesOn
          ? items.push({ layer: next, group: boxes[target]?.group ?? 0, height: 0, box: null }) - 1
          : null
        if (way !== null) ends.push({ item: way, offset: 0, side: opposite(hub.side), link: null })
        spans.push({ net, channel: side === 'right' ? layer : next, hub, ends })
        if (way === null) break
        hub = { item: way, offset: 0, side: hub.side, link: null }
      }
    }
  }
  return { items, spans, nets }
}

function opposite(side: 'left' | 'right'): 'left' | 'right' {
  return side === 'left' ? 'right' : 'left'
}
