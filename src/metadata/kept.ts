/** What a person added to a file that `pull` wrote and no database holds, so that it can be written again with that in it. */
import { snakeCase } from '../base/naming.ts'
import { codeIn, type SourceCode } from './kept-code.ts'
import type { KeptRelations } from './relation-names.ts'
import { argumentsOf, balanced, elementsOf, type Member, membersOf, spreadsOf, wordOf } from './source-members.ts'

export interface Kept {
  /** Whether names are made of keys by `naming`; null where no key would be another either way. */
  readonly isSnakeCase: boolean | null
  /** The keys of tables and views, by `schema.name` of the database. */
  readonly keys: ReadonlyMap<string, string>
  /** By their keys. */
  readonly tables: ReadonlyMap<string, KeptTable>
  /** The columns of types that users made, by the names of the constants that hold them. */
  readonly types: ReadonlyMap<string, KeptColumns>
  readonly relations: KeptRelations
  /** The columns that were stated of views, as they stand, by the views' keys. */
  readonly views: ReadonlyMap<string, string>
  /** The versions of extensions. */
  readonly versions: ReadonlyMap<string, string>
  readonly code: SourceCode
  /** What the schema is called: the name of its constant, or `default` where it has none; null where there is none yet. */
  readonly schema: string | null
  /** The constants of tables and of types that users made, by the keys of the ones and the names of the others. */
  readonly constants: ReadonlyMap<string, { readonly name: string; readonly file: string }>
  readonly typeNames: ReadonlyMap<string, string>
}

export interface KeptTable {
  readonly columns: KeptColumns
  /** The columns that functions of a person's own make, as they are called. */
  readonly calls: ReadonlyMap<string, string>
  /** The columns that others are spread into, as it stands: `...moments`. */
  readonly spreads: readonly string[]
  /** The keys of columns, by their names in the database. */
  readonly keys: ReadonlyMap<string, string>
  readonly renamedFrom: string | undefined
  readonly link: Readonly<Record<string, string>> | undefined
}

export type KeptColumns = ReadonlyMap<string, KeptColumn>

export interface KeptColumn {
  /** The function of `t` that it is a call of. */
  readonly call: string
  /** What stands between `<` and `>`, those too. */
  readonly stated: string | undefined
  readonly mode: string | undefined
  readonly isVersion: boolean
  readonly hasDefault: boolean
  readonly renamedFrom: string | undefined
  /** How values of a custom type are read and written, as it stands. */
  readonly codec: string | undefined
  /** What an array is of. */
  readonly of: KeptColumn | undefined
}

/** Reads the text of a module, or of several, as `pull` writes them. What it does not know it leaves alone. */
export function kept(files: ReadonlyMap<string, string>): Kept {
  const relations = new Map<string, ReturnType<typeof relationIn>>()
  const tables = new Map<string, KeptTable>()
  const keys = new Map<string, string>()
  const types = new Map<string, KeptColumns>()
  const views = new Map<string, string>()
  const versions = new Map<string, string>()
  const schema = [...files.values()].map(schemaIn).find(one => one !== null)
  const isNamed = wordOf(schema?.options.get('naming')) === 'snake_case'
  const nameOf = (key: string, name: string | undefined): string => name ?? (isNamed ? snakeCase(key) : key)
  for (const text of files.values()) {
    for (const [constant, value] of constantsIn(text)) {
      if (value.startsWith('{')) types.set(constant, columnsIn(value))
    }
  }
  for (const [key, value] of tablesIn([...files.values()], schema?.tables ?? [])) {
    const [columns = '', given = ''] = argumentsOf(value)
    const options = new Map(membersOf(given))
    const columnKeys = new Map<string, string>()
    for (const [column, call] of membersOf(columns)) {
      columnKeys.set(nameOf(column, wordOf(columnOptions(call).get('name'))), column)
      if (/\breferences:|^t\.ref\(/.test(call)) relations.set(`${key}.${column}`, relationIn(columnOptions(call)))
    }
    for (const [constraint, one] of membersOf(options.get('foreignKeys') ?? ''))
      relations.set(`${key}.${constraint}`, relationIn(new Map(membersOf(one))))
    keys.set(`${wordOf(options.get('schema')) ?? 'public'}.${nameOf(key, wordOf(options.get('name')))}`, key)
    const link = membersOf(options.get('link') ?? '').flatMap(([column, name]) => {
      const word = wordOf(name)
      return word === undefined ? [] : [[column, word] as const]
    })
    tables.set(key, {
      columns: columnsIn(columns),
      calls: new Map(membersOf(columns).filter(([, call]) => columnIn(call) === null)),
      spreads: spreadsOf(columns),
      keys: columnKeys,
      renamedFrom: wordOf(options.get('renamedFrom')),
      link: link.length === 0 ? undefined : Object.fromEntries(link),
    })
  }
  for (const [key, value] of membersOf(schema?.options.get('views') ?? '')) {
    const options = new Map(membersOf(value))
    const columns = options.get('columns')
    if (columns !== undefined) views.set(key, columns)
    keys.set(`${wordOf(options.get('schema')) ?? 'public'}.${nameOf(key, wordOf(options.get('name')))}`, key)
  }
  for (const one of elementsOf(schema?.options.get('extensions') ?? '')) {
    const options = new Map(membersOf(one))
    const [name, version] = [wordOf(options.get('name')), wordOf(options.get('version'))]
    if (name !== undefined && version !== undefined) versions.set(name, version)
  }
  const all = [...keys.values(), ...[...tables.values()].flatMap(table => [...table.keys.values()])]
  const isSnakeCase = isNamed ? true : all.some(key => /[a-z0-9]_[a-z]/.test(key)) ? false : null
  const code = codeIn(files)
  const found = { isSnakeCase, keys, tables, types, relations, views, versions, code }
  const constants = new Map(
    (schema?.tables ?? []).flatMap(([key, value]) => {
      const [file] = [...files].find(([, text]) => constantsIn(text).some(([name]) => name === value)) ?? []
      return file === undefined ? [] : [[key, { name: value, file }] as const]
    }),
  )
  const typeNames = new Map(
    ['enums', 'domains', 'composites'].flatMap(kind =>
      membersOf(schema?.options.get(kind) ?? '').filter(([, value]) => code.said.has(value)),
    ),
  )
  return { ...found, schema: schema?.name ?? null, constants, typeNames }
}

function relationIn(options: ReadonlyMap<string, string>) {
  const cascade = options.get('cascade')
  return {
    as: wordOf(options.get('as')),
    inverse: wordOf(options.get('inverse')),
    cascade: cascade === undefined ? undefined : elementsOf(cascade).flatMap(one => wordOf(one) ?? []),
  }
}

function columnsIn(text: string): KeptColumns {
  return new Map(
    membersOf(text).flatMap(([key, call]): [string, KeptColumn][] => {
      const column = columnIn(call)
      return column === null ? [] : [[key, column]]
    }),
  )
}

function columnIn(call: string): KeptColumn | null {
  const options = columnOptions(call)
  const name = /^t\.(\w+)/.exec(call)?.[1] ?? wordOf(options.get('type'))
  if (name === undefined) return null
  const [first = '', second] = call.startsWith('{') ? [] : argumentsOf(call)
  return {
    call: name,
    stated: (/^t\.\w+</.test(call) && balanced(call, call.indexOf('<'))) || undefined,
    mode: wordOf(options.get('mode')),
    isVersion: options.get('version') === 'true',
    hasDefault: options.has('default'),
    renamedFrom: wordOf(options.get('renamedFrom')),
    codec:
      name !== 'custom' ? undefined : call.startsWith('{') ? codecIn(options.get('custom') ?? '') : codecOf(second),
    of: (name === 'array' && columnIn(first)) || undefined,
  }
}

function codecOf(given: string | undefined): string | undefined {
  return given === '{}' ? undefined : given
}

function codecIn(custom: string): string | undefined {
  const members = membersOf(custom).filter(([key]) => key !== 'sql')
  return members.length === 0 ? undefined : `{ ${members.map(([key, value]) => `${key}: ${value}`).join(', ')} }`
}

/** How many arguments come before the options of a column; none unless stated. */
const before: Readonly<Record<string, number>> = { ref: 1, array: 1, enum: 2, domain: 2, composite: 2, custom: 2 }

function columnOptions(call: string): ReadonlyMap<string, string> {
  if (call.startsWith('{')) return new Map(membersOf(call))
  const name = /^t\.(\w+)/.exec(call)?.[1] ?? ''
  return new Map(membersOf(argumentsOf(call)[before[name] ?? 0] ?? ''))
}

interface SchemaText {
  readonly name: string
  readonly tables: readonly Member[]
  readonly options: ReadonlyMap<string, string>
}

function schemaIn(text: string): SchemaText | null {
  const found = /^(?:(?:export )?const (\w+) =|export default) (?=defineSchema\()/m.exec(text)
  if (found === null) return null
  const [tables = '', options = ''] = argumentsOf(text.slice(found.index + found[0].length))
  return { name: found[1] ?? 'default', tables: membersOf(tables), options: new Map(membersOf(options)) }
}

/** The calls of `table` by the keys of their tables: members of the schema, or constants that it names. */
function tablesIn(texts: readonly string[], members: readonly Member[]): Member[] {
  const constants = new Map(texts.flatMap(text => constantsIn(text)).filter(([, value]) => value.startsWith('table(')))
  const named = members.flatMap(([key, value]): Member[] => {
    const call = value.startsWith('table(') ? value : constants.get(value)
    return call === undefined ? [] : [[key, call]]
  })
  const said = new Set(members.map(([, value]) => value))
  return [...named, ...[...constants].filter(([name]) => !said.has(name))]
}

/** What constants are, each up to the end of its text. */
function constantsIn(text: string): Member[] {
  return [...text.matchAll(/^(?:export )?const (\w+) = (?=table\(|\{)/gm)].map(
    (found): Member => [found[1] ?? '', text.slice(found.index + found[0].length)],
  )
}
