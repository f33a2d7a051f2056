/** Measures ways of doing one thing in turns, so that a slow moment of the machine falls on all of them. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Way {
  readonly name: string
  /** Whether the others are compared with it: the fastest of those is 1. */
  readonly isBase: boolean
  run(): Promise<void>
}

/** What one way took, in microseconds a row, one number for each round. */
export interface Taken {
  readonly way: Way
  readonly cpu: readonly number[]
  readonly wall: readonly number[]
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (how?: { readonly type: 'minor' }) => void

/**
 * @param between runs before each turn, and is not measured
 * @param garbage what is collected before each turn; where a turn is short, `young` only: after a collection of all, V8 takes
 * a tenth of a second to be as fast as it was
 */
export async function turns(
  ways: readonly Way[],
  {
    rows,
    rounds,
    warmUp,
    between,
    garbage = 'all',
  }: {
    readonly rows: number
    readonly rounds: number
    readonly warmUp: number
    readonly garbage?: 'all' | 'young'
    between(): Promise<void>
  },
): Promise<Taken[]> {
  const taken = ways.map(way => ({ way, cpu: [] as number[], wall: [] as number[] }))
  for (let round = -warmUp; round < rounds; round++) {
    for (let turn = 0; turn < taken.length; turn++) {
      // Another begins each round: what one leaves behind does not always fall on the same neighbour.
      const one = taken[(turn + round + warmUp) % taken.length]!
      await between()
      // Each pays for the garbage it makes, not for what was there before.
      if (garbage === 'all') collect()
      else collect({ type: 'minor' })
      const cpu = process.cpuUsage()
      const wall = performance.now()
      await one.way.run()
      const wallTaken = performance.now() - wall
      const { user, system } = process.cpuUsage(cpu)
      if (round < 0) continue
      one.cpu.push((user + system) / rows)
      one.wall.push((wallTaken * 1000) / rows)
    }
  }
  return taken
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

/** A table in Markdown: medians, least to most, and the ratio to the fastest that was written by hand. */
export function report(taken: readonly Taken[]): string {
  const fastest = (which: 'cpu' | 'wall'): number =>
    Math.min(...taken.filter(({ way }) => way.isBase).map(one => median(one[which])))
  const cell = (one: Taken, which: 'cpu' | 'wall'): string => {
    const [low, high] = [Math.min(...one[which]), Math.max(...one[which])]
    const middle = median(one[which])
    return `${middle.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)}) | ${(middle / fastest(which)).toFixed(2)}`
  }
  const lines = taken.map(one => `| ${one.way.name} | ${cell(one, 'cpu')} | ${cell(one, 'wall')} |`)
  return ['| way | CPU, µs a row | ratio | wall, µs a row | ratio |', '|---|---|---|---|---|', ...lines].join('\n')
}
