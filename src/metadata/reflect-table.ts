/** A table as the literal writes it, and what of it is kept as SQL. */
import type { AnyColumn, AnyTable, ForeignKey, Index, PartitionBy, PartitionElement } from '../../types/literal.ts'
import { quote } from '../base/identifier.ts'
import type { Catalogue } from './catalogue.ts'
import type { ColumnRow } from './read-columns.ts'
import type { RelationRow } from './read-relations.ts'
import type { SequenceRow } from './read-sequences.ts'
import type { TriggerRow } from './read-triggers.ts'
import { columnLiteral } from './reflect-column.ts'
import { splitConstraints } from './reflect-constraint.ts'
import { isSayable, type KeyTable, onColumn, onTable, isUsual } from './reflect-foreign-key.ts'
import { indexLiteral, storageParameters } from './reflect-index.ts'
import type { Names } from './reflect-names.ts'
import type { RawThings } from './reflect-raw.ts'
import { policyLiteral, triggerLiteral } from './reflect-trigger.ts'
import type { TypeReader } from './reflect-type.ts'
import { present, textFragment } from './text-fragment.ts'

/** What a table is made from. */
export interface TableSource {
  readonly catalogue: Catalogue
  readonly names: Names
  readonly types: TypeReader
  readonly raw: RawThings
  readonly sequence: (table: string, column: string) => SequenceRow | undefined
  readonly needs: (oid: string) => readonly string[]
}

/** A table in the making: its foreign keys wait until all tables are known. */
export interface Draft extends KeyTable {
  readonly columns: Record<string, AnyColumn>
  readonly options: Omit<AnyTable, 'columns' | 'foreignKeys'>
}

export function tableDraft(source: TableSource, row: RelationRow): Draft {
  const { catalogue, names, types } = source
  const key = names.keys.get(row.oid) ?? row.name
  const rows = catalogue.columns.get(row.oid) ?? []
  const columns = Object.fromEntries(
    rows.map(column => [
      column.name,
      columnLiteral(catalogue, types, row, column, source.sequence(row.oid, column.name)),
    ]),
  )
  const keys = splitConstraints(source, row, columns)
  const triggers = splitTriggers(source, row)
  const policies = (catalogue.policies.get(row.oid) ?? []).map(one => [one.name, policyLiteral(one)] as const)
  const security = row.rowSecurity ? (row.forceRowSecurity ? 'forced' : 'on') : 'off'
  const parents = row.parents.flatMap(oid => names.keys.get(oid) ?? [])
  const needs = source.needs(row.oid).filter(need => row.bound !== null || !parents.includes(need))
  const options = present({
    name: row.name === key ? undefined : row.name,
    schema: row.schema === 'public' ? undefined : row.schema,
    primaryKey: keys.primaryKey,
    uniques: record(keys.uniques),
    excludes: record(keys.excludes),
    checks: record(keys.checks),
    indexes: record(splitIndexes(source, row, rows)),
    partitionBy: row.partitionKey === null ? undefined : partitionBy(row.partitionKey, rows),
    partitionOf: row.bound === null ? undefined : { table: parents[0] ?? '', bound: textFragment(row.bound) },
    inherits: row.bound === null && parents.length > 0 ? parents : undefined,
    unlogged: row.unlogged ? (true as const) : undefined,
    with: storageParameters(row.storage),
    triggers: record(triggers),
    policies: record(policies),
    rowSecurity:
      security === (policies.length === 0 ? 'off' : 'on') ? undefined : (security as 'off' | 'on' | 'forced'),
    comment: row.comment ?? undefined,
    dependsOn: needs.length === 0 ? undefined : needs,
  })
  return {
    key,
    row,
    columns,
    options,
    types: new Map(Object.entries(columns)),
    keys: keys.all,
  }
}

/** The table with its foreign keys. */
export function finished(source: TableSource, draft: Draft, drafts: ReadonlyMap<string, Draft>): AnyTable {
  const columns = { ...draft.columns }
  const foreignKeys: [string, ForeignKey][] = []
  const rows = (source.catalogue.constraints.get(draft.row.oid) ?? []).filter(
    row => row.type === 'f' && row.parent === '0',
  )
  // Of several keys of one column it has the one whose name need not be said.
  const usual = new Set(rows.filter(row => isUsual(draft, row)).flatMap(row => row.columns))
  for (const row of rows) {
    const target = drafts.get(row.target)
    if (!isSayable(draft, target, row)) {
      source.raw.constraint(draft.row.text, row.name, row.definition)
      continue
    }
    const [name = ''] = row.columns
    const column = columns[name]
    const isOther = usual.has(name) && !isUsual(draft, row)
    const said = column?.references === undefined && !isOther ? onColumn(draft, target, row) : null
    if (said === null || column === undefined) foreignKeys.push([row.name, onTable(target, row)])
    else columns[name] = { ...column, ...said }
  }
  return { columns, ...draft.options, ...present({ foreignKeys: record(foreignKeys) }) }
}

function splitIndexes(
  { catalogue, raw }: TableSource,
  table: RelationRow,
  rows: readonly ColumnRow[],
): [string, Index][] {
  return (catalogue.indexes.get(table.oid) ?? []).flatMap(row => {
    const said = indexLiteral(row, rows)
    const text = `${quote(row.schema)}.${quote(row.name)}`
    for (const one of row.statistics) {
      const [number, target] = one.split(' ')
      raw.alter(
        `column ${number} of index ${text} set statistics`,
        `alter index ${text} alter column ${number} set statistics ${target}`,
      )
    }
    if (said !== null && row.valid) return [[row.name, said]]
    raw.add('index', text, row.definition.replace(/^CREATE( UNIQUE)? INDEX/, 'create$1 index if not exists'))
    if (!row.valid) {
      for (const child of row.attached)
        raw.alter(`index ${text} attach partition ${child}`, `alter index ${text} attach partition ${child}`)
    }
    return []
  })
}

function splitTriggers({ catalogue, raw }: TableSource, table: RelationRow) {
  return (catalogue.triggers.get(table.oid) ?? []).flatMap(row => {
    const said = row.enabled === 'O' && !row.fromParent ? triggerLiteral(row) : null
    if (said !== null) return [[row.name, said] as const]
    addTrigger(raw, table.text, row)
    return []
  })
}

const enabling: Readonly<Record<string, string>> = {
  O: 'enable',
  D: 'disable',
  R: 'enable replica',
  A: 'enable always',
}

/** A trigger as its statement, and whether it fires. */
export function addTrigger(raw: RawThings, table: string, row: TriggerRow): void {
  if (!row.fromParent) raw.trigger(table, row.name, row.definition)
  const how = row.enabled === 'O' && !row.fromParent ? undefined : enabling[row.enabled]
  if (how === undefined) return
  raw.alter(`trigger ${quote(row.name)} on ${table}`, `alter table ${table} ${how} trigger ${quote(row.name)}`)
}

/** `RANGE (a, b)`, `LIST (lower(c))`, `HASH (id)`. */
function partitionBy(text: string, rows: readonly ColumnRow[]): PartitionBy {
  const [, way = '', inside = ''] = /^(RANGE|LIST|HASH) \((.*)\)$/s.exec(text) ?? []
  const byText = new Map(
    rows.flatMap(
      row =>
        [
          [row.name, row.name],
          [quote(row.name), row.name],
        ] as const,
    ),
  )
  const on = splitList(inside).map(element => partitionElement(byText, element))
  return way === 'RANGE' ? { range: on } : way === 'LIST' ? { list: on } : { hash: on }
}

function partitionElement(byText: ReadonlyMap<string, string>, text: string): PartitionElement {
  const name = String.raw`(?:\w+|"(?:[^"]|"")+")`
  const found = new RegExp(`^(${name}|.*\\))(?: COLLATE (?:${name}\\.)?(${name}))?(?: ((?:\\w+\\.)?\\w+))?$`, 's').exec(
    text,
  )
  const [, subject = text, collation, opclass] = found ?? []
  const column = byText.get(subject)
  if (collation === undefined && opclass === undefined) return column ?? textFragment(subject)
  const collate = collation?.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"')
  return present({
    ...(column === undefined ? { expression: textFragment(subject) } : { column }),
    collate,
    opclass: opclass?.replace(/^public\./, ''),
  })
}

/** Divides at the commas that stand in no brackets and in no quotes. */
function splitList(text: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  let quoted = ''
  for (const letter of text) {
    if (quoted !== '') quoted = letter === quoted ? '' : quoted
    else if (letter === '"' || letter === "'") quoted = letter
    else if (letter === '(' || letter === '[') depth++
    else if (letter === ')' || letter === ']') depth--
    if (letter === ',' && depth === 0 && quoted === '') parts.push('')
    else parts.push((parts.pop() ?? '') + letter)
  }
  return parts.map(part => part.trim())
}

function record<Value>(entries: readonly (readonly [string, Value])[]): { [name: string]: Value } | undefined {
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
