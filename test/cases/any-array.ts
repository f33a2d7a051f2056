/** Arrays of every kind, of one dimension to six, with nulls in them. */
import fc from 'fast-check'
import { t } from '../../src/schema/columns.ts'
import type { AnyColumn } from '../../types/literal.ts'
import { type AnyValue, scalars } from './any-value.ts'

/** Columns of serial types are integers only at the top. */
const elements = Object.entries(scalars).filter(([name]) => !name.includes('serial'))
const deep = [
  'integer',
  'text',
  'bytea',
  'jsonb',
  'timestamptz',
  'box',
  'customBox',
  'enum',
  'compositeOfMany',
  'domainOfArray',
]

function arrayOf({ column, values }: AnyValue, dimensions: number): AnyValue {
  const element = fc.option(values, { freq: 4 })
  let of = column
  for (let depth = 0; depth < dimensions; depth++) of = t.array(of) as unknown as AnyColumn
  if (dimensions === 1) return { column: of, values: fc.array(element, { maxLength: 4 }) }
  const sizes = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: dimensions, maxLength: dimensions })
  const filled = sizes.chain(([size = 1, ...rest]) =>
    fc.array(box(element, rest), { minLength: size, maxLength: size }),
  )
  return { column: of, values: fc.oneof({ arbitrary: fc.constant([]), weight: 1 }, { arbitrary: filled, weight: 8 }) }
}

/** Arrays of exactly these sizes, one in the other. */
function box(element: fc.Arbitrary<unknown>, sizes: readonly number[]): fc.Arbitrary<unknown> {
  const [size, ...rest] = sizes
  return size === undefined ? element : fc.array(box(element, rest), { minLength: size, maxLength: size })
}

export const arrays: { readonly [name: string]: AnyValue } = Object.fromEntries([
  ...elements.map(([name, value]) => [`${name}Array`, arrayOf(value, 1)]),
  ...deep.flatMap((name, at) =>
    [2, 2 + ((at + 1) % 5)].map(dimensions => [
      `${name}Array${dimensions}`,
      arrayOf(scalars[name] as AnyValue, dimensions),
    ]),
  ),
])
