/** The text of a pulled module: its imports, what a person declared in it, its constants. */
import type { Kept } from './kept.ts'
import { codeFor } from './kept-code.ts'
import { type Source, sourceText } from './source-text.ts'

export interface Constant {
  readonly name: string
  readonly source: Source
  readonly exported?: boolean
  /** Whether it ends in `as const`. */
  readonly frozen?: boolean
}

/** The module with these constants. `places` has the files of the constants that others hold. */
export function moduleText(
  file: string,
  constants: readonly Constant[],
  places: ReadonlyMap<string, string>,
  from: string,
  kept: Kept | undefined,
): string {
  const used = new Set(constants.flatMap(({ source }) => namesIn(source)))
  const said = kept?.code.said
  const body = constants.map(constant => {
    const { comment, isExported } = said?.get(constant.name) ?? { comment: '', isExported: constant.exported === true }
    return (
      comment +
      constantText({ ...constant, exported: isExported || (constant.exported === true && isShared(constant, places)) })
    )
  })
  const others = new Map<string, string[]>()
  for (const name of used) {
    const place = places.get(name)
    if (place !== undefined && place !== file) others.set(place, [...(others.get(place) ?? []), name])
  }
  const added = codeFor(
    kept?.code.added ?? [],
    file,
    body.join('\n'),
    constants.map(({ name }) => name),
  )
  const word = (name: string): string => name.replace(/^type /, '').toLowerCase()
  const own = [...['defineSchema', 'sql', 't', 'table'].filter(name => used.has(name)), ...added.own].sort(
    (one, other) => (word(one) < word(other) ? -1 : 1),
  )
  const imports = [
    ...(own.length === 0 ? [] : [importText(own, from)]),
    ...[...others]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([place, names]) => importText(names.sort(), `./${place}`)),
    ...added.imports,
  ]
  const statements = [...added.before, ...body, ...added.after].join('\n')
  const header = kept?.code.headers.get(file) ?? ''
  return header + (imports.length === 0 ? statements : `${imports.join('\n')}\n\n${statements}`)
}

/** Whether another file of the schema imports it. */
function isShared({ name }: Constant, places: ReadonlyMap<string, string>): boolean {
  return places.size > 0 && name !== 'default'
}

/** What a piece of source takes from elsewhere: the functions that it calls, the tag of its SQL, the constants it names. */
function namesIn(source: Source): string[] {
  if (typeof source === 'string') {
    if (source.startsWith('sql`')) return ['sql']
    // What a person wrote stands as it is.
    if (source.startsWith('{')) return [...source.matchAll(/\b(?:t(?=\.\w+[(<])|sql(?=`))/g)].map(([name]) => name)
    return /^[A-Za-z_$][\w$]*$/.test(source) ? [source] : []
  }
  if ('array' in source) return source.array.flatMap(namesIn)
  if ('object' in source) return source.object.flatMap(([, value]) => namesIn(value))
  return [/^\w+/.exec(source.call)?.[0] ?? '', ...source.arguments.flatMap(namesIn)]
}

function importText(names: readonly string[], from: string): string {
  const flat = `import { ${names.join(', ')} } from '${from}'`
  // A formatter leaves a single name on the line, however long.
  return flat.length <= 120 || names.length === 1
    ? flat
    : `import {\n${names.map(name => `  ${name},\n`).join('')}} from '${from}'`
}

function constantText({ name, source, exported, frozen }: Constant): string {
  const start = name === 'default' ? 'export default ' : `${exported === true ? 'export ' : ''}const ${name} = `
  const end = frozen === true ? ' as const' : ''
  return `${start}${sourceText(source, 0, start.length, end.length)}${end}\n`
}
