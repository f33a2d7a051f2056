/** Boxes and lines, each with its place: layers from left to right, groups as bands over each other. */
import { type Box, gap, layersOf, type Link } from './layers.ts'
import { type End, type Nets, netsOf } from './nets.ts'
import { type Placing, placed } from './places.ts'
import { tracksOf } from './tracks.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A piece of a net: from an end, over a track, to the hub; or past a layer. */
export interface Stretch {
  readonly from: Point
  /** Where it goes up or down; null where it is straight. */
  readonly track: number | null
  readonly to: Point
  /** The line that begins here; null where it only goes on. */
  readonly link: number | null
}

export interface Layout {
  readonly width: number
  readonly height: number
  /** The upper left corner of each box. */
  readonly corners: readonly Point[]
  /** How wide each box is drawn: as the widest of its layer. */
  readonly widths: readonly number[]
  readonly bands: readonly { readonly y: number; readonly height: number }[]
  readonly nets: readonly {
    readonly target: number
    /** Where it meets its target, and on which side of that it is. */
    readonly end: Point
    readonly side: 'left' | 'right'
    readonly stretches: readonly Stretch[]
  }[]
}

export interface Margins {
  /** Around everything. */
  readonly edge: number
  /** Over and under what is in a band. */
  readonly bandTop: number
  readonly bandBottom: number
}

/** Between two tracks, and between a track and a box: feet of lines have room there. */
const trackWidth = 8
const footing = 26
/** Wide and a little less high, as screens are. */
const aspect = 1.5

/** The layout of the given shapes whose form is the nearest to that of a screen, with few crossings. */
export function layout(boxes: readonly Box[], links: readonly Link[], groups: number, margins: Margins): Layout {
  const area = (box: Box) => (box.width + 2 * footing) * (box.height + gap)
  const all = boxes.reduce((sum, box) => sum + area(box), 0)
  const base = Math.sqrt(all / aspect)
  let best: { made: Layout; cost: number } | null = null
  for (const factor of [0.6, 0.8, 1, 1.25, 1.6]) {
    const limits = Array.from({ length: groups }, (_, group) => {
      const own = boxes.filter(box => box.group === group)
      const share = own.reduce((sum, box) => sum + area(box), 0) / all
      return Math.max(base * factor * share, ...own.map(box => box.height))
    })
    const layers = layersOf(boxes, links, limits)
    const nets = netsOf(boxes, links, layers)
    const placing = placed(nets, groups)
    const made = assembled(boxes, nets, placing, margins)
    const form = Math.abs(Math.log(made.width / made.height / aspect))
    const cost = made.width * made.height * (1 + form) * (1 + placing.crossings / (50 + 2 * links.length))
    if (best === null || cost < best.cost) best = { made, cost }
  }
  if (best === null) throw new RangeError('a layout needs one form at least')
  return best.made
}

function assembled(boxes: readonly Box[], nets: Nets, { tops, heights }: Placing, margins: Margins): Layout {
  const bands: { y: number; height: number }[] = []
  let y = margins.edge
  for (const height of heights) {
    const whole = margins.bandTop + height + margins.bandBottom
    bands.push({ y, height: whole })
    y += whole + (margins.bandTop === 0 ? 0 : gap)
  }
  const top = (item: number) => (bands[nets.items[item]?.group ?? 0]?.y ?? 0) + margins.bandTop + (tops[item] ?? 0)
  const endY = ({ item, offset }: End) => top(item) + offset

  const count = Math.max(0, ...nets.items.map(({ layer }) => layer + 1))
  const layerWidths = Array.from({ length: count }, (_, layer) =>
    Math.max(0, ...boxes.filter((_, box) => nets.items[box]?.layer === layer).map(box => box.width)),
  )
  const lefts: number[] = []
  const trackX = new Map<number, number>()
  let x = margins.edge
  for (const layer of layerWidths.keys()) {
    lefts.push(x)
    x += layerWidths[layer] ?? 0
    const own = nets.spans.flatMap((span, at) => (span.channel === layer ? [{ span, at }] : []))
    const { tracks, count: width } = tracksOf(
      own.map(({ span: { hub, ends } }) => {
        const on = (side: 'left' | 'right') => [hub, ...ends].filter(end => end.side === side).map(endY)
        return { left: on('left'), right: on('right') }
      }),
    )
    for (const [place, { at }] of own.entries()) {
      const track = tracks[place]
      if (typeof track === 'number') trackX.set(at, x + footing + track * trackWidth)
    }
    const isLast = layer === count - 1
    if (own.length > 0) x += 2 * footing + Math.max(0, width - 1) * trackWidth
    else if (!isLast) x += footing
  }
  const left = (item: number) => lefts[nets.items[item]?.layer ?? 0] ?? 0
  const right = (item: number) => left(item) + (layerWidths[nets.items[item]?.layer ?? 0] ?? 0)
  const point = (end: End): Point => ({ x: end.side === 'left' ? right(end.item) : left(end.item), y: endY(end) })
  return {
    width: x + margins.edge,
    height: y - (margins.bandTop === 0 ? 0 : gap) + margins.edge,
    corners: boxes.map((_, box) => ({ x: left(box), y: top(box) })),
    widths: boxes.map((_, box) => layerWidths[nets.items[box]?.layer ?? 0] ?? 0),
    bands,
    nets: nets.nets.map(({ target, side }, net) => {
      const own = nets.spans.flatMap((span, at) => (span.net === net ? [{ span, at }] : []))
      const stretches = own.flatMap(({ span, at }) =>
        span.ends.flatMap((end): Stretch[] => [
          { from: point(end), track: trackX.get(at) ?? null, to: point(span.hub), link: end.link },
          // A way goes on past the layer that it is in.
          ...(end.link === null
            ? [
                {
                  from: { x: left(end.item), y: endY(end) },
                  track: null,
                  to: { x: right(end.item), y: endY(end) },
                  link: null,
                },
              ]
            : []),
        ]),
      )
      const hub = own[0]?.span.hub
      return { target, side, end: hub === undefined ? { x: 0, y: 0 } : point(hub), stretches }
    }),
  }
}
