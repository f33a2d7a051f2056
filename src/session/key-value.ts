/** A key's value on its way from the column that is pointed to, to the one that points. */
import { textEncoder } from '../schema/encode.ts'
import type { ColumnModel } from '../schema/model.ts'
import { decoder } from '../sql/decode.ts'

/** The value in the JavaScript type of the column that points: the modes of the two may differ. */
export function keyValue(value: unknown, from: ColumnModel, to: ColumnModel): unknown {
  if (value === null || from.type.mode === to.type.mode) return value
  return decoder(to.type)(textEncoder(from.type)(value))
}
