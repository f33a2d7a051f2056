/** Where lines go up and down in the space between two layers: each net has a track there, and few lines cross. */

/** A net in a space: where its ends are, on the left side and on the right. */
export interface Wire {
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/** Lines nearer than this look like one. */
const near = 5

/**
 * The track of each wire, from 0 at the left; null where it is straight. Wires that do not meet share tracks.
 * @example tracksOf([{ left: [0], right: [40] }, { left: [60], right: [90] }]) // => { tracks: [0, 0], count: 1 }
 */
export function tracksOf(wires: readonly Wire[]): {
  readonly tracks: readonly (number | null)[]
  readonly count: number
} {
  const bent = wires.flatMap((wire, at) => {
    const ys = [...wire.left, ...wire.right]
    const [low, high] = [Math.min(...ys), Math.max(...ys)]
    return high - low < 1 && wire.left.length > 0 && wire.right.length > 0 ? [] : [{ ...wire, at, low, high }]
  })
  type Bent = (typeof bent)[number]
  const within = (y: number, { low, high }: Bent) => y > low - near && y < high + near
  const close = (a: number, b: number) => Math.abs(a - b) < near
  /** What it costs that `a` is left of `b`: crossings, and lines that would lie on each other. */
  const cost = (a: Bent, b: Bent): number =>
    a.right.filter(y => within(y, b)).length +
    b.left.filter(y => within(y, a)).length +
    20 * a.right.filter(y => b.left.some(other => close(y, other))).length
  // Each pair is asked about time and again.
  const costs = new Map(bent.map(a => [a, new Map(bent.map(b => [b, cost(a, b)]))]))
  const known = (a: Bent, b: Bent): number => costs.get(a)?.get(b) ?? 0
  let order = bent.toSorted((a, b) => a.low - b.low || a.high - b.high)
  // Each is taken out and put where it costs least, until nothing moves.
  for (let round = 0, moved = true; moved && round < 8; round++) {
    moved = false
    for (const one of [...order]) {
      const others = order.filter(other => other !== one)
      let sum = others.reduce((total, other) => total + known(one, other), 0)
      let best = { sum, place: 0 }
      for (const [place, other] of others.entries()) {
        sum += known(other, one) - known(one, other)
        if (sum < best.sum) best = { sum, place: place + 1 }
      }
      const next = others.toSpliced(best.place, 0, one)
      if (next.indexOf(one) !== order.indexOf(one)) moved = true
      order = next
    }
  }
  const tracks: (number | null)[] = wires.map(() => null)
  let count = 0
  for (const [place, one] of order.entries()) {
    const meets = order
      .slice(0, place)
      .filter(other => other.low < one.high + near * 2 && one.low < other.high + near * 2)
    const track = Math.max(-1, ...meets.map(other => tracks[other.at] ?? -1)) + 1
    tracks[one.at] = track
    count = Math.max(count, track + 1)
  }
  return { tracks, count }
}
