/** Foreign keys as the literal writes them: on the column where they can stand there, in the table's options else. */
import type { AnyColumn, Deferrable, ForeignKey, ReferentialAction } from '../../types/literal.ts'
import { derivedName } from '../base/identifier.ts'
import { relationName } from '../schema/foreign-keys.ts'
import type { ConstraintRow } from './read-constraints.ts'
import type { RelationRow } from './read-relations.ts'
import type { TypeLiteral } from './reflect-type.ts'
import { present } from './text-fragment.ts'

const actions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}

/** A table as a foreign key sees it. */
export interface KeyTable {
  readonly key: string
  readonly row: RelationRow
  readonly types: ReadonlyMap<string, TypeLiteral>
  /** The columns of each key that the literal says. */
  readonly keys: readonly (readonly string[])[]
  /** The names of relations that leave from here, and of columns. */
  readonly taken: Set<string>
}

/** Whether the literal can say this key; what it cannot is kept as SQL. */
export function isSayable(own: KeyTable, target: KeyTable | undefined, row: ConstraintRow): target is KeyTable {
  if (target === undefined || row.setColumns || /NOT ENFORCED|PERIOD /.test(row.definition)) return false
  const isKey = target.keys.some(
    key => key.length === row.targetColumns.length && key.every(name => row.targetColumns.includes(name)),
  )
  return isKey && row.columns.every((name, at) => typeText(own, name) === typeText(target, row.targetColumns[at] ?? ''))
}

function typeText(table: KeyTable, column: string): string {
  const type = table.types.get(column)
  return type === undefined ? '' : compared(type)
}

/** Twin of the comparison that the schema makes: modifiers do not count. */
function compared(type: TypeLiteral): string {
  if (type.of !== undefined) return `${compared(type.of)}[]`
  return (
    type.enum?.name ??
    type.domain?.name ??
    type.composite?.name ??
    type.custom?.sql ??
    type.type
      .replace('smallserial', 'smallint')
      .replace('bigserial', 'bigint')
      .replace(/^serial$/, 'integer')
  )
}

/** What a column says of the key, or null where it must be said by the table. */
export function onColumn(own: KeyTable, target: KeyTable, row: ConstraintRow): Partial<AnyColumn> | null {
  const [column = '', ...more] = row.columns
  const [field = ''] = row.targetColumns
  const isShort =
    more.length === 0 && row.validated && !row.matchFull && row.name === derivedName(own.row.name, column, 'fkey')
  if (!isShort) return null
  const usual = relationName(column, field)
  const as = usual === null ? undefined : freeName(own, usual, target)
  return present({ references: `${target.key}.${field}`, ...details(row), as: as === usual ? undefined : as })
}

/** The key as an option of the table. */
export function onTable(own: KeyTable, target: KeyTable, row: ConstraintRow): ForeignKey {
  const usual = row.columns.length === 1 ? relationName(row.columns[0] ?? '', row.targetColumns[0] ?? '') : null
  return present({
    columns: row.columns,
    references: target.key,
    target: row.targetColumns,
    match: row.matchFull ? ('full' as const) : undefined,
    ...details(row),
    notValid: row.validated ? undefined : (true as const),
    as: usual === null ? undefined : freeName(own, usual, target),
  })
}

/** A name that neither a column nor another relation has. */
function freeName(own: KeyTable, wanted: string, target: KeyTable): string {
  let name = own.taken.has(wanted) ? `${wanted}_${target.key}` : wanted
  for (let count = 2; own.taken.has(name); count++) name = `${wanted}_${target.key}_${count}`
  own.taken.add(name)
  return name
}

function details(row: ConstraintRow): Pick<ForeignKey, 'onDelete' | 'onUpdate' | 'deferrable'> {
  const action = (letter: string): ReferentialAction | undefined => (letter === 'a' ? undefined : actions[letter])
  return present({ onDelete: action(row.onDelete), onUpdate: action(row.onUpdate), deferrable: deferrable(row) })
}

export function deferrable(row: ConstraintRow): Deferrable | undefined {
  if (!row.deferrable) return undefined
  return row.deferred ? 'initially deferred' : true
}
