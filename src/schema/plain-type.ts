/** Types that have nothing but a kind, and what ranges are made of. */
import type { KindName } from '../base/kinds.ts'
import type { TypeModel } from './model.ts'

const known = new Map<string, TypeModel>()

/** The type of a kind without modifiers, in a mode; the same object each time. */
export function plainType(kind: KindName, mode: string | null = null): TypeModel {
  const name = mode === null ? kind : `${kind} ${mode}`
  const found = known.get(name)
  if (found !== undefined) return found
  const made: TypeModel = Object.freeze({
    kind,
    mode,
    length: null,
    precision: null,
    scale: null,
    fields: null,
    element: null,
    enum: null,
    domain: null,
    composite: null,
    custom: null,
  })
  known.set(name, made)
  return made
}

/** The kind of the bounds of each range. */
export const boundKinds = {
  int4range: 'integer',
  int8range: 'bigint',
  numrange: 'numeric',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
  daterange: 'date',
} as const satisfies Partial<Record<KindName, KindName>>

/** The type of a range's bounds, which have its mode. */
export function boundType(kind: RangeKind, { mode }: TypeModel): TypeModel {
  return plainType(boundKinds[kind], mode)
}

export type RangeKind = keyof typeof boundKinds

/** The kind of the ranges in each multirange. */
export const rangeKinds = {
  int4multirange: 'int4range',
  int8multirange: 'int8range',
  nummultirange: 'numrange',
  tsmultirange: 'tsrange',
  tstzmultirange: 'tstzrange',
  datemultirange: 'daterange',
} as const satisfies Partial<Record<KindName, RangeKind>>
