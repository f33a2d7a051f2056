/** Types that users made, as constants. */
import type { AnyColumn, SchemaOptions } from '../../types/literal.ts'
import type { Kept } from './kept.ts'
import { columnSource, type TypeConstants, valueSource } from './pull-column.ts'
import type { Constant } from './pull-module.ts'
import { keyText, type Source } from './source-text.ts'

/** The types that users made, each after what it is made of. */
export function typeSources(
  options: SchemaOptions,
  constants: TypeConstants,
  kept: Kept['types'] = new Map(),
): Constant[] {
  const keptOf = (name: string, key: string) => kept.get(constants.get(name) ?? name)?.get(key)
  const made = new Map<string, { readonly needs: readonly string[]; readonly constant: Constant }>()
  const add = (name: string, needs: readonly string[], source: Source): void => {
    made.set(name, { needs, constant: { name: constants.get(name) ?? name, source, frozen: true } })
  }
  for (const [name, values] of Object.entries(options.enums ?? {})) {
    add(name, [], valueSource(values))
  }
  for (const [name, fields] of Object.entries(options.composites ?? {})) {
    const entries = Object.entries(fields).map(
      ([key, field]) => [keyText(key), columnSource(field, constants, keptOf(name, key))] as const,
    )
    add(name, Object.values(fields).flatMap(typesIn), { object: entries })
  }
  for (const [name, { of, ...rest }] of Object.entries(options.domains ?? {})) {
    const source = valueSource(rest)
    const entries = typeof source === 'object' && 'object' in source ? source.object : []
    add(name, typesIn(of), { object: [['of', columnSource(of, constants, keptOf(name, 'of'))], ...entries] })
  }
  const sorted = new Set<Constant>()
  const visit = (name: string): void => {
    const found = made.get(name)
    if (found === undefined || sorted.has(found.constant)) return
    for (const need of found.needs) visit(need)
    sorted.add(found.constant)
  }
  for (const name of made.keys()) visit(name)
  return [...sorted]
}

function typesIn(column: AnyColumn): string[] {
  const own = column.enum?.name ?? column.domain?.name ?? column.composite?.name
  return [...(own === undefined ? [] : [own]), ...(column.of === undefined ? [] : typesIn(column.of))]
}
