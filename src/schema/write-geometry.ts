/** Geometric values as Postgres reads them. */
import type { KindName } from '../base/kinds.ts'
import { anyNumber, anyObject } from './check-scalar.ts'
import { numberText } from './write-number.ts'
import type { TypeModel } from './model.ts'
import { wrongValue } from './wrong-value.ts'

type WriteText = (value: unknown) => string

/** The kinds that are written here. */
export type GeometricKind = Extract<KindName, 'point' | 'line' | 'lseg' | 'box' | 'path' | 'polygon' | 'circle'>

export function geometryWriter(kind: GeometricKind): (type: TypeModel) => WriteText {
  return type => {
    const object = anyObject(type)
    const check = anyNumber(type)
    const number = (value: unknown): string => numberText(check(value))
    const point = (value: unknown): string => {
      const { x, y } = object(value)
      return `(${number(x)},${number(y)})`
    }
    const points = (value: unknown): string => {
      if (!Array.isArray(value)) throw wrongValue(type, 'an array of points', value)
      return Array.from(value, point).join(',')
    }
    const writers: Record<GeometricKind, WriteText> = {
      point,
      line: value => {
        const { a, b, c } = object(value)
        return `{${number(a)},${number(b)},${number(c)}}`
      },
      lseg: value => {
        const { from, to } = object(value)
        return `[${point(from)},${point(to)}]`
      },
      box: value => {
        const { high, low } = object(value)
        return `${point(high)},${point(low)}`
      },
      path: value => {
        const { closed, points: given } = object(value)
        if (typeof closed !== 'boolean') throw wrongValue(type, `an object with a boolean as 'closed'`, closed)
        return closed ? `(${points(given)})` : `[${points(given)}]`
      },
      polygon: value => `(${points(value)})`,
      circle: value => {
        const { center, radius } = object(value)
        return `<${point(center)},${number(radius)}>`
      },
    }
    return writers[kind]
  }
}
