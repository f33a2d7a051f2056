/** The constants and files of a pulled module. */
import type { SchemaOptions } from '../../types/literal.ts'
import { camelCase } from './camel-case.ts'
import type { Kept } from './kept.ts'
import type { TypeConstants } from './pull-column.ts'

/** A name for the constant of each table, and one for its file, which no other has even where case does not count. */
export function tableConstants(
  keys: readonly string[],
  kept: Kept['constants'] = new Map(),
): ReadonlyMap<string, { readonly constant: string; readonly file: string }> {
  const said = [...kept.values()].map(({ name }) => name.toLowerCase())
  const used = new Set(['schema', 'types', 'sql', 't', 'table', 'defineschema', ...said])
  return new Map(
    keys.map(key => {
      const own = kept.get(key)
      if (own !== undefined) return [key, { constant: own.name, file: own.file }] as const
      const plain = identifier(key)
      let constant = plain
      for (let count = 2; used.has(constant.toLowerCase()); count++) constant = `${plain}${count}`
      used.add(constant.toLowerCase())
      const file = constant
        .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
        .replaceAll('_', '-')
        .toLowerCase()
      return [key, { constant, file: `${file}.ts` }] as const
    }),
  )
}

/** A name for the constant of each type, none the same as another's or a word of the language. */
export function typeConstants(
  options: SchemaOptions,
  taken: readonly string[],
  kept: ReadonlyMap<string, string> = new Map(),
): TypeConstants {
  const constants = new Map<string, string>()
  const used = new Set(['schema', 'sql', 't', 'table', 'defineSchema', ...taken, ...kept.values()])
  for (const name of [
    ...Object.keys(options.enums ?? {}),
    ...Object.keys(options.composites ?? {}),
    ...Object.keys(options.domains ?? {}),
  ]) {
    const own = kept.get(name)
    if (own !== undefined) {
      constants.set(name, own)
      continue
    }
    const wanted = identifier(name)
    let constant = used.has(wanted) ? `${wanted}Type` : wanted
    for (let count = 2; used.has(constant); count++) constant = `${wanted}Type${count}`
    used.add(constant)
    constants.set(name, constant)
  }
  return constants
}

/** A name that the language takes for a constant. */
function identifier(name: string): string {
  const words = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
  const plain = camelCase(words).replace(/^[A-Z]/, letter => letter.toLowerCase())
  return /^[a-z]/.test(plain) && !reserved.has(plain) ? plain : `type${plain.charAt(0).toUpperCase()}${plain.slice(1)}`
}

const reserved: ReadonlySet<string> = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in
  instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield
  arguments eval undefined`.split(/\s+/),
)
