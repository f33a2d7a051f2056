/** A row that a to-one relation leads to and that was not among those asked for. */
import type { ForeignKeyModel } from '../schema/model.ts'
import { comparable } from './identity-map.ts'
import type { Values } from './record.ts'
import { ownOf } from './tracker.ts'

export class LeftOut {
  readonly #key: ForeignKeyModel
  readonly #parts: readonly unknown[]

  /** @param values of the row that the relation leaves from */
  constructor(key: ForeignKeyModel, values: Values) {
    this.#key = key
    this.#parts = partsOf(key, values)
  }

  /** Whether the relation still leads there. */
  isOf(values: Values): boolean {
    return partsOf(this.#key, values).every((part, at) => part === this.#parts[at])
  }
}

function partsOf({ columns }: ForeignKeyModel, values: Values): unknown[] {
  return columns.map(({ key }) => comparable(ownOf(values, key)))
}
