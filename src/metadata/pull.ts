/** A schema value as the TypeScript that a person would have written. */
import type { AnyColumn, AnyTable, SchemaOptions } from '../../types/literal.ts'
import type { AnySchema } from '../../types/schema.ts'
import { camelCase } from './camel-case.ts'
import { columnSource, type TypeConstants, valueSource } from './pull-column.ts'
import { renamed } from './rename-schema.ts'
import { keyText, type Source, sourceText } from './source-text.ts'

export interface PullOptions {
  /** What the file imports `cupel` as; 'cupel' unless stated. */
  readonly from?: string
}

/**
 * The text of a module that exports the schema as `schema`. The same schema gives the same text, always.
 * @example await writeFile('schema.ts', pull(await engine.metadata.reflect()))
 */
export function pull(schema: AnySchema, options: PullOptions = {}): string {
  const { tables, options: schemaOptions } = withIds(renamed(schema))
  const constants = typeConstants(schemaOptions, Object.keys(tables))
  const body = [
    ...typeTexts(schemaOptions, constants),
    exported('schema', schemaSource(tables, schemaOptions, constants)),
  ]
  const text = body.join('\n')
  const names = ['defineSchema', 'sql', 't', 'table'].filter(name => new RegExp(`\\b${name}[.(\`]`).test(text))
  return `import { ${names.join(', ')} } from '${options.from ?? 'cupel'}'\n\n${text}`
}

function exported(name: string, source: Source): string {
  const start = `export const ${name} = `
  return `${start}${sourceText(source, 0, start.length, 0)}\n`
}

/** Keys of identity become numbers, and so does what points to them: `t.id()` and `t.ref()`. */
function withIds({ tables, options }: AnySchema): AnySchema {
  const isId = (column: AnyColumn | undefined): boolean =>
    column?.type === 'bigint' && column.identity === 'always' && column.primaryKey === true
  const pointsToId = (column: AnyColumn): boolean => {
    const [table = '', key = ''] = column.references?.split('.') ?? []
    return column.type === 'bigint' && isId(tables[table]?.columns[key])
  }
  const made = Object.entries(tables).map(([name, table]): [string, AnyTable] => {
    const columns = Object.entries(table.columns).map(([key, column]) => [
      key,
      isId(column) || pointsToId(column) ? { ...column, mode: 'number' } : column,
    ])
    return [name, { ...table, columns: Object.fromEntries(columns) }]
  })
  return { tables: Object.fromEntries(made), options }
}

function schemaSource(tables: AnySchema['tables'], options: SchemaOptions, constants: TypeConstants): Source {
  const tableSources = Object.entries(tables).map(
    ([key, table]) => [keyText(key), tableSource(table, constants)] as const,
  )
  const optionSources = optionsSource(options, constants)
  const all: Source = { object: tableSources, open: tableSources.length > 0 }
  return { call: 'defineSchema', arguments: optionSources.length === 0 ? [all] : [all, { object: optionSources }] }
}

function tableSource({ columns, ...options }: AnyTable, constants: TypeConstants): Source {
  const entries = Object.entries(columns).map(
    ([key, column]) => [keyText(key), columnSource(column, constants)] as const,
  )
  const columnsSource: Source = { object: entries, open: entries.length > 0 }
  const rest = valueSource(options)
  const isBare = typeof rest === 'object' && 'object' in rest && rest.object.length === 0
  return { call: 'table', arguments: isBare ? [columnsSource] : [columnsSource, rest] }
}

/** The options, with the constants of the types in the place of their definitions. */
function optionsSource(options: SchemaOptions, constants: TypeConstants): (readonly [string, Source])[] {
  return Object.entries(options).map(([name, value]) => {
    if (name !== 'enums' && name !== 'domains' && name !== 'composites') return [name, valueSource(value)] as const
    const entries = Object.keys(value as object).map(key => [keyText(key), constants.get(key) ?? ''] as const)
    return [name, { object: entries }] as const
  })
}

/** A name for the constant of each type, none the same as another's or a word of the language. */
function typeConstants(options: SchemaOptions, taken: readonly string[]): TypeConstants {
  const constants = new Map<string, string>()
  const used = new Set(['schema', 'sql', 't', 'table', 'defineSchema', ...taken])
  for (const name of [
    ...Object.keys(options.enums ?? {}),
    ...Object.keys(options.composites ?? {}),
    ...Object.keys(options.domains ?? {}),
  ]) {
    const plain = camelCase(name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '')).replace(/^[A-Z]/, letter =>
      letter.toLowerCase(),
    )
    const wanted = /^[a-z]/.test(plain) && !words.has(plain) ? plain : `${plain}Type`.replace(/^(?![a-z])/, 'type')
    let constant = used.has(wanted) ? `${wanted}Type` : wanted
    for (let count = 2; used.has(constant); count++) constant = `${wanted}Type${count}`
    used.add(constant)
    constants.set(name, constant)
  }
  return constants
}

const words: ReadonlySet<string> = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in
  instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield
  arguments eval undefined`.split(/\s+/),
)

/** The types that users made, each after what it is made of. */
function typeTexts(options: SchemaOptions, constants: TypeConstants): string[] {
  const made = new Map<string, { readonly needs: readonly string[]; readonly text: string }>()
  const text = (name: string, source: Source): string => {
    const start = `const ${constants.get(name)} = `
    return `${start}${sourceText(source, 0, start.length, ' as const'.length)} as const\n`
  }
  for (const [name, values] of Object.entries(options.enums ?? {})) {
    made.set(name, { needs: [], text: text(name, valueSource(values)) })
  }
  for (const [name, fields] of Object.entries(options.composites ?? {})) {
    const entries = Object.entries(fields).map(
      ([key, field]) => [keyText(key), columnSource(field, constants)] as const,
    )
    made.set(name, { needs: Object.values(fields).flatMap(typesIn), text: text(name, { object: entries }) })
  }
  for (const [name, { of, ...rest }] of Object.entries(options.domains ?? {})) {
    const source = valueSource(rest)
    const entries = typeof source === 'object' && 'object' in source ? source.object : []
    made.set(name, {
      needs: typesIn(of),
      text: text(name, { object: [['of', columnSource(of, constants)], ...entries] }),
    })
  }
  const sorted = new Set<string>()
  const visit = (name: string): void => {
    const found = made.get(name)
    if (found === undefined || sorted.has(found.text)) return
    for (const need of found.needs) visit(need)
    sorted.add(found.text)
  }
  for (const name of made.keys()) visit(name)
  return [...sorted]
}

function typesIn(column: AnyColumn): string[] {
  const own = column.enum?.name ?? column.domain?.name ?? column.composite?.name
  return [...(own === undefined ? [] : [own]), ...(column.of === undefined ? [] : typesIn(column.of))]
}
