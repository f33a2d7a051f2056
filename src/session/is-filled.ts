import type { ColumnModel } from '../schema/model.ts'

/** Whether the database gives a column its value when an insert does not. */
export function isFilled({ default: given, identity, generated, type }: ColumnModel): boolean {
  if (given !== null || identity !== null || generated !== null) return true
  return type.kind.endsWith('serial') || (type.domain?.default ?? null) !== null
}
