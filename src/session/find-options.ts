/** What `find` is asked with, and how its rows become objects. */
import type { LoadStrategy } from '../../types/load-strategy.ts'
import type { Lock } from '../../types/lock.ts'
import { SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import type { Selection } from '../sql/select.ts'
import { type Hydration, hydration } from './hydrate.ts'
import { joinedHydrationOf } from './hydrate-joined.ts'
import { shapeOf } from './shape.ts'

/** The options of `find` as they reach the runtime. */
export interface GivenFind {
  readonly where?: unknown
  readonly with?: unknown
  readonly columns?: unknown
  readonly orderBy?: unknown
  readonly limit?: number
  readonly offset?: number
  readonly after?: unknown
  readonly lock?: Lock
  readonly load?: LoadStrategy
}

export const findOptions: readonly string[] = [
  'where',
  'with',
  'columns',
  'orderBy',
  'limit',
  'offset',
  'after',
  'lock',
  'load',
]

/** @throws SessionError for an option that there is none of, with the nearest right name */
export function checkOptions(given: unknown, names: readonly string[] = findOptions): void {
  if (typeof given !== 'object' || given === null)
    throw new SessionError('whereValue', 'options', 'an object', typeName(given))
  for (const name of Object.keys(given)) {
    if (!names.includes(name))
      throw new SessionError('unknownFindOption', name, names.join(', '), suggestion(name, names))
  }
}

/** How the rows of a selection become objects. */
export function hydrationOf(table: TableModel, { columns }: Pick<Selection, 'columns'>): Hydration {
  const joined = joinedHydrationOf(table, columns)
  if (joined !== null) return joined
  const shape = shapeOf(table)
  const isWhole = columns.length === table.columns.length
  return hydration(shape, isWhole ? shape.slots : columns.map(column => shape.slotOf(column)))
}
