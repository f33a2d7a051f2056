/** Geometric values in the forms that Postgres prints. */
import type { Point } from '../base/kinds.ts'
import { unreadable } from './unreadable.ts'

/** The numbers of a text in their order, whatever brackets stand around them. */
function numbers(type: string, text: string, count?: number): number[] {
  const found = text
    .replace(/[()[\]{}<>]/g, '')
    .split(',')
    .map(Number)
  if (count === undefined ? found.length % 2 !== 0 : found.length !== count) throw unreadable(type)
  return found
}

function points(type: string, text: string, count?: number): Point[] {
  const found = numbers(type, text, count === undefined ? undefined : 2 * count)
  return Array.from({ length: found.length / 2 }, (_, at) => pointAt(found, 2 * at))
}

// `numbers` has counted them.
function pointAt(found: readonly number[], at: number): Point {
  return { x: found[at] as number, y: found[at + 1] as number }
}

/** A reader for each geometric kind. */
export const geometryReaders = {
  point: (text: string) => pointAt(numbers('point', text, 2), 0),
  line: (text: string) => {
    const [a, b, c] = numbers('line', text, 3)
    return { a, b, c }
  },
  lseg: (text: string) => {
    const [from, to] = points('lseg', text, 2)
    return { from, to }
  },
  box: (text: string) => {
    const [high, low] = points('box', text, 2)
    return { high, low }
  },
  path: (text: string) => ({ closed: text.startsWith('('), points: points('path', text) }),
  polygon: (text: string) => points('polygon', text),
  circle: (text: string) => {
    const found = numbers('circle', text, 3)
    return { center: pointAt(found, 0), radius: found[2] }
  },
} as const
