/** What a relation has besides: its replica identity, how its columns are kept, what it changes of what it inherits. */
import { quote } from '../base/identifier.ts'
import type { Catalogue } from './catalogue.ts'
import type { ColumnRow } from './read-columns.ts'
import type { RelationRow } from './read-relations.ts'
import { isInherited, notNull } from './reflect-column.ts'
import type { RawThings } from './reflect-raw.ts'

const storages: Readonly<Record<string, string>> = { p: 'plain', e: 'external', m: 'main', x: 'extended' }
const compressions: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' }

export function addDetails(catalogue: Catalogue, raw: RawThings, row: RelationRow): void {
  const alter = (what: string): void => raw.alter(`${row.text} ${what}`, `alter ${word(row)} ${row.text} ${what}`)
  if (row.replicaIdentity === 'f') alter('replica identity full')
  if (row.replicaIdentity === 'n' && (row.kind === 'r' || row.kind === 'p')) alter('replica identity nothing')
  if (row.replicaIndex !== null) alter(`replica identity using index ${quote(row.replicaIndex)}`)
  if (row.clusterIndex !== null) alter(`cluster on ${quote(row.clusterIndex)}`)
  if (row.forceRowSecurity && !row.rowSecurity) alter('force row level security')
  if (row.method !== null) alter(`set access method ${quote(row.method)}`)
  if (row.ofType !== null) alter(`of ${row.ofType}`)
  for (const column of catalogue.columns.get(row.oid) ?? []) {
    const alterColumn = (what: string): void => alter(`alter column ${quote(column.name)} ${what}`)
    if (column.storage !== null) alterColumn(`set storage ${storages[column.storage]}`)
    if (compressions[column.compression] !== undefined)
      alterColumn(`set compression ${compressions[column.compression]}`)
    if (column.statistics >= 0) alterColumn(`set statistics ${column.statistics}`)
    if (column.options.length > 0) alterColumn(`set (${column.options.join(', ')})`)
    if (row.kind === 'v' && column.default !== null) alterColumn(`set default ${column.default}`)
    if (isInherited(row, column) && (row.kind === 'r' || row.kind === 'p')) addOverrides(catalogue, raw, row, column)
  }
}

function word(row: RelationRow): string {
  if (row.kind === 'm') return 'materialized view'
  if (row.kind === 'f') return 'foreign table'
  return row.kind === 'v' ? 'view' : row.kind === 'p' ? 'table' : 'table only'
}

/** A default and a NOT NULL that an inherited column has of its own. */
function addOverrides(catalogue: Catalogue, raw: RawThings, row: RelationRow, column: ColumnRow): void {
  const alter = (only: string, what: string): void =>
    raw.alter(`${row.text} ${what}`, `alter table ${only}${row.text} ${what}`)
  const name = quote(column.name)
  const above = row.parents.flatMap(oid => catalogue.columns.get(oid)?.filter(one => one.name === column.name) ?? [])
  if (column.generated === '' && firstDefaults(catalogue, row, column).some(one => one !== column.default)) {
    alter('only ', `alter column ${name} ${column.default === null ? 'drop default' : `set default ${column.default}`}`)
  }
  if (!column.notNull) return
  const constraint = catalogue.constraints.get(row.oid)?.find(one => one.type === 'n' && one.columns[0] === column.name)
  const isOwn = constraint?.local ?? !above.some(one => one.notNull)
  // Where it is said of the column, the table is made with it. Not `only`, which Postgres 18 takes for `no inherit`.
  if (isOwn && notNull(row, column, constraint) === undefined) alter('', `alter column ${name} set not null`)
}

/** The defaults that an inherited column is made with: those where it is a table's own, as what others have instead is said at the end. */
function firstDefaults(catalogue: Catalogue, row: RelationRow, column: ColumnRow): (string | null)[] {
  if (!isInherited(row, column)) return [column.default]
  return row.parents.flatMap(oid => {
    const parent = catalogue.relationByOid.get(oid)
    const above = catalogue.columns.get(oid)?.find(one => one.name === column.name)
    return parent === undefined || above === undefined ? [] : firstDefaults(catalogue, parent, above)
  })
}
