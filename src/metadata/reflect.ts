/** A database's schema as the literal that would make it. */
import type { AnyTable, FunctionDefinition, SchemaOptions, SequenceDefinition, View } from '../../types/literal.ts'
import type { AnySchema } from '../../types/schema.ts'
import { literal, quote } from '../base/identifier.ts'
import { type Catalogue, readCatalogue } from './catalogue.ts'
import type { LeftOut } from './left-out.ts'
import { privilegeStatement } from './read-privileges.ts'
import type { RelationRow } from './read-relations.ts'
import type { SequenceRow } from './read-sequences.ts'
import type { Reader } from './read.ts'
import { addDetails } from './reflect-details.ts'
import { indexLiteral, storageParameters } from './reflect-index.ts'
import { reflectNames } from './reflect-names.ts'
import { needsOf, type Node } from './reflect-needs.ts'
import { RawThings } from './reflect-raw.ts'
import { sequenceDefinition, serialType, tiedSequences } from './reflect-sequence.ts'
import { addTrigger, type Draft, finished, tableDraft, type TableSource } from './reflect-table.ts'
import { nameRelations } from './relation-names.ts'
import { TypeReader } from './reflect-type.ts'
import { keepViewRow } from './view-row.ts'
import { plainFragment, present, textFragment } from './text-fragment.ts'

export interface ReflectOptions {
  /** The Postgres schemas that are read; without it, all but the system's. */
  readonly schemas?: readonly string[]
  /** `false` leaves out who may do what and who owns what, both of which name roles, and roles are not of one database. */
  readonly privileges?: boolean
  /** `false` leaves out where tables and indexes are kept: tablespaces are not of one database either. */
  readonly tablespaces?: boolean
  /** Called for each thing that is there and is not kept, or not as it is: passwords, what the role may not read. */
  readonly onLeftOut?: (what: LeftOut) => void
}

/** Reads the catalogues with a fixed number of queries, and makes the literal. */
export async function reflect(reader: Reader, options: ReflectOptions = {}): Promise<AnySchema> {
  const names = options.schemas?.map(literal).join(', ')
  const filter =
    names === undefined
      ? `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`
      : `n.nspname in (${names === '' ? 'null' : names})`
  const catalogue = await readCatalogue(reader, filter, options)
  if (options.onLeftOut !== undefined) for (const what of catalogue.leftOut) options.onLeftOut(what)
  return reflected(catalogue)
}

/** The literal of what was read. */
export function reflected(catalogue: Catalogue): AnySchema {
  const names = reflectNames(catalogue)
  const sequence = tiedSequences(catalogue)
  const nodes = nodesOf(catalogue, names.keys, names.typeKey)
  const serials = serialSequences(catalogue, sequence)
  for (const [oid, table] of serials) nodes.set(`pg_class ${oid}`, { key: names.keys.get(table) ?? '', stage: 'table' })
  const needs = needsOf(catalogue, nodes)
  const raw = new RawThings()
  const types = new TypeReader(catalogue, names, oid => needs(`pg_type ${oid}`))
  const source: TableSource = { catalogue, names, types, raw, sequence, needs: oid => needs(`pg_class ${oid}`) }
  const drafts = new Map<string, Draft>()
  for (const row of catalogue.relations) if (isTable(row)) drafts.set(row.oid, tableDraft(source, row))
  const tables: Record<string, AnyTable> = {}
  for (const draft of drafts.values()) tables[draft.key] = finished(source, draft, drafts)

  const views: Record<string, View> = {}
  for (const row of catalogue.relations) {
    if (row.kind === 'v' || row.kind === 'm') views[names.keys.get(row.oid) ?? row.name] = viewLiteral(source, row)
    if (row.kind !== 'c') addDetails(catalogue, raw, row)
  }
  const sequences: Record<string, SequenceDefinition> = {}
  for (const row of catalogue.sequences) {
    if (row.tie === 'i') addIdentityDetails(catalogue, raw, row)
    if (row.tie === 'i' || serials.has(row.oid)) continue
    const key = names.keys.get(row.oid) ?? row.name
    sequences[key] = sequenceDefinition(row, key, names)
    if (row.unlogged) raw.alter(`sequence ${row.text} set unlogged`, `alter sequence ${row.text} set unlogged`)
  }
  addOthers(catalogue, raw, needs)
  addComposites(source, needs)
  for (const { subject, tablespace } of catalogue.tablespaces)
    raw.add('tablespace', `of ${subject}`, `alter ${subject} set tablespace ${tablespace}`)
  addPrivileges(catalogue, raw)
  const schemaOptions: SchemaOptions = present({
    extensions:
      catalogue.extensions.length === 0
        ? undefined
        : catalogue.extensions.map(({ name, schema }) => (schema === 'public' ? name : { name, schema })),
    enums: record(catalogue.types.filter(row => row.kind === 'e').map(row => [names.typeKey(row), row.labels])),
    domains: record(
      catalogue.types
        .filter(row => row.kind === 'd')
        .map(row => {
          const { name, ...domain } = types.domain(row)
          return [name, domain]
        }),
    ),
    composites: record(
      catalogue.types
        .filter(row => types.isComposite(row))
        .map(row => [names.typeKey(row), types.composite(row).fields]),
    ),
    sequences: record(Object.entries(sequences)),
    functions: record(functionEntries(catalogue, needs)),
    views: record(Object.entries(views)),
    raw: record(Object.entries(raw.things)),
  })
  return { tables: nameRelations(tables), options: schemaOptions }
}

function isTable(row: RelationRow): boolean {
  return row.kind === 'r' || row.kind === 'p'
}

/** What the sequence of an identity column has that is not of the column. */
function addIdentityDetails(catalogue: Catalogue, raw: RawThings, row: SequenceRow): void {
  const on = `sequence ${row.text}`
  if (row.comment !== null) raw.add('comment', `on ${on}`, `comment on ${on} is ${literal(row.comment)}`)
  const isUnlogged = catalogue.relationByOid.get(row.table ?? '')?.unlogged
  if (row.unlogged === isUnlogged) return
  const state = row.unlogged ? 'unlogged' : 'logged'
  raw.alter(`${on} set ${state}`, `alter ${on} set ${state}`)
}

function serialSequences(catalogue: Catalogue, sequence: TableSource['sequence']): Map<string, string> {
  const found = new Map<string, string>()
  for (const row of catalogue.relations.filter(isTable)) {
    for (const column of catalogue.columns.get(row.oid) ?? []) {
      const tied = sequence(row.oid, column.name)
      if (tied !== undefined && serialType(row, column, tied) !== null) found.set(tied.oid, row.oid)
    }
  }
  return found
}

function nodesOf(
  catalogue: Catalogue,
  keys: ReadonlyMap<string, string>,
  typeKey: (row: { schema: string; name: string }) => string,
): Map<string, Node> {
  const nodes = new Map<string, Node>()
  for (const row of catalogue.relations) {
    const stage = isTable(row) ? 'table' : 'view'
    if (row.kind !== 'c') nodes.set(`pg_class ${row.oid}`, { key: keys.get(row.oid) ?? row.name, stage })
  }
  for (const row of catalogue.sequences)
    nodes.set(`pg_class ${row.oid}`, { key: keys.get(row.oid) ?? row.name, stage: 'sequence' })
  for (const row of catalogue.types) {
    const isRow = row.kind === 'c' && catalogue.relationByOid.get(row.relation)?.kind !== 'c'
    if (isRow || row.kind === 'm') continue
    const key = row.kind === 'r' ? rangeName(row) : typeKey(row)
    nodes.set(`pg_type ${row.oid}`, { key, stage: row.kind === 'e' ? 'enum' : row.kind === 'r' ? 'first' : 'type' })
  }
  for (const row of catalogue.functions) {
    const key = row.kind === 'a' ? `aggregate ${row.signature}` : functionKey(row.signature)
    nodes.set(`pg_proc ${row.oid}`, { key, stage: row.kind === 'a' ? 'first' : 'function' })
  }
  for (const row of catalogue.others)
    nodes.set(row.object, { key: `${row.kind} ${row.identity}`, stage: row.first ? 'first' : 'last' })
  return nodes
}

function rangeName({ schema, name }: { schema: string; name: string }): string {
  return `range ${quote(schema)}.${quote(name)}`
}

function functionKey(signature: string): string {
  return signature.replace(/^public\./, '')
}

function functionEntries(
  catalogue: Catalogue,
  needs: (object: string) => readonly string[],
): [string, FunctionDefinition][] {
  return catalogue.functions
    .filter(row => row.kind !== 'a')
    .map(row => {
      const needed = needs(`pg_proc ${row.oid}`)
      const definition = present({
        sql: row.atomic ? textFragment(row.definition.trimEnd()) : plainFragment(row.definition.trimEnd()),
        signature: row.signature,
        kind: row.kind === 'p' ? ('procedure' as const) : undefined,
        when: 'before' as const,
        checkBody: false as const,
        dependsOn: needed.length === 0 ? undefined : needed,
      })
      return [functionKey(row.signature), definition]
    })
}

function viewLiteral({ catalogue, names, raw, needs }: TableSource, row: RelationRow): View {
  const key = names.keys.get(row.oid) ?? row.name
  const rows = catalogue.columns.get(row.oid) ?? []
  const indexes = (catalogue.indexes.get(row.oid) ?? []).flatMap(index => {
    const said = indexLiteral(index, rows)
    if (said !== null) return [[index.name, said] as const]
    raw.add(
      'index',
      `${quote(index.schema)}.${quote(index.name)}`,
      index.definition.replace(/^CREATE( UNIQUE)? INDEX/, 'create$1 index if not exists'),
    )
    return []
  })
  for (const trigger of catalogue.triggers.get(row.oid) ?? []) addTrigger(raw, row.text, trigger)
  const needed = needs(row.oid)
  return present({
    as: keepViewRow(
      textFragment(row.definition ?? ''),
      rows.map(({ name, type, collation, collationSchema }) => [name, type, collation, collationSchema].join('\0')),
    ),
    name: row.name === key ? undefined : row.name,
    schema: row.schema === 'public' ? undefined : row.schema,
    materialized: row.kind === 'm' ? true : undefined,
    withData: row.kind === 'm' && !row.populated ? false : undefined,
    with: storageParameters(row.storage),
    indexes: record(indexes),
    comment: row.comment ?? undefined,
    dependsOn: needed.length === 0 ? undefined : needed,
  })
}

function addOthers(catalogue: Catalogue, raw: RawThings, needs: (object: string) => readonly string[]): void {
  for (const row of catalogue.types.filter(row => row.kind === 'd')) {
    const text = `${quote(row.schema)}.${quote(row.name)}`
    for (const { name, definition } of catalogue.constraints.get(row.oid)?.filter(one => !one.validated) ?? []) {
      raw.add(
        'constraint',
        `${quote(name)} on domain ${text}`,
        `alter domain ${text} add constraint ${quote(name)} ${definition}`,
        {
          unless: textFragment(
            `select from pg_constraint where contypid = ${literal(text)}::regtype and conname = ${literal(name)}`,
          ),
        },
      )
    }
  }
  for (const row of catalogue.types.filter(row => row.kind === 'r')) {
    const text = `${quote(row.schema)}.${quote(row.name)}`
    const there = `select from pg_type where typname = ${literal(row.name)} and typnamespace = ${literal(quote(row.schema))}::regnamespace`
    if (row.canonical)
      raw.add('shell type', text, `create type ${text}`, { unless: textFragment(there), when: 'first' })
    raw.add('range', text, `create type ${text} as range (${row.range})`, {
      unless: textFragment(
        row.canonical ? `${there} and typisdefined` : `select where to_regtype(${literal(text)}) is not null`,
      ),
      // Its function goes with it.
      drop: textFragment(`drop type if exists ${text}${row.canonical ? ' cascade' : ''}`),
      when: 'first',
      ...dependsOn(needs(`pg_type ${row.oid}`)),
    })
  }
  for (const row of catalogue.functions.filter(row => row.kind === 'a')) {
    raw.add('aggregate', row.signature, row.definition, {
      drop: textFragment(`drop aggregate if exists ${row.signature}`),
      when: 'first',
      ...dependsOn(needs(`pg_proc ${row.oid}`)),
    })
  }
  for (const row of catalogue.others) {
    raw.add(row.kind, row.identity, row.sql, {
      ...present({
        unless: row.unless === null ? undefined : textFragment(row.unless),
        drop: row.drop === null ? undefined : textFragment(row.drop),
        when: row.first ? ('first' as const) : undefined,
      }),
      ...dependsOn(needs(row.object)),
    })
  }
  for (const row of catalogue.comments)
    raw.add(
      'comment',
      `on ${row.subject}`,
      `comment on ${row.subject} is ${row.comment === null ? 'null' : literal(row.comment)}`,
    )
}

/** The composites that the literal has no words for. */
function addComposites(
  { catalogue, types, names, raw }: TableSource,
  needs: (object: string) => readonly string[],
): void {
  for (const row of catalogue.types) {
    if (catalogue.relationByOid.get(row.relation)?.kind !== 'c' || types.isComposite(row)) continue
    const text = `${quote(row.schema)}.${quote(row.name)}`
    const fields = (catalogue.columns.get(row.relation) ?? []).map(({ name, type, collation, collationSchema }) =>
      [
        quote(name),
        type,
        ...(collation === null ? [] : [`collate ${quote(collationSchema ?? '')}.${quote(collation)}`]),
      ].join(' '),
    )
    raw.things[names.typeKey(row)] = {
      kind: 'type',
      sql: textFragment(`create type ${text} as (${fields.join(', ')})`),
      unless: textFragment(`select where to_regtype(${literal(text)}) is not null`),
      drop: textFragment(`drop type if exists ${text}`),
      when: 'first',
      ...dependsOn(needs(`pg_type ${row.oid}`)),
    }
  }
}

/** Who owns what, where it is not the one who makes it all, then who may do what: the one changes the other. */
function addPrivileges({ owners, privileges, defaultPrivileges }: Catalogue, raw: RawThings): void {
  for (const { subject, owner } of owners) raw.add('owner', `of ${subject}`, `alter ${subject} owner to ${owner}`)
  for (const row of privileges) {
    const sql = privilegeStatement(row)
    raw.add('privilege', sql, sql)
  }
  for (const { identity, sql } of defaultPrivileges) raw.add('default privilege', identity, sql)
}

function dependsOn(needs: readonly string[]): { dependsOn?: readonly string[] } {
  return needs.length === 0 ? {} : { dependsOn: needs }
}

function record<Value>(entries: readonly (readonly [string, Value])[]): { [name: string]: Value } | undefined {
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
