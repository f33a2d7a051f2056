/** Foreign keys as the literal writes them: on the column where they can stand there, in the table's options else. */
import type { AnyColumn, Deferrable, ForeignKey, ReferentialAction } from '../../types/literal.ts'
import { derivedName } from '../base/identifier.ts'
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
  // The type of a column finds the ends of both names by their dot and by spaces.
  const isShort =
    !stated.has(own.types.get(column)?.type ?? '') &&
    !/[\s.]/.test(target.key + field) &&
    more.length === 0 &&
    row.validated &&
    !row.matchFull
  if (!isShort) return null
  return present({
    references: `${target.key}.${field}`,
    foreignKey: isUsual(own, row) ? undefined : row.name,
    ...details(row),
  })
}

/** Of columns of these the compiler knows what `t` was told, and not whether others may point to them. */
const stated: ReadonlySet<string> = new Set(['json', 'jsonb', 'custom'])

/** Whether a key of one column has the name that Postgres gives. */
export function isUsual(own: KeyTable, { columns, name }: ConstraintRow): boolean {
  return columns.length === 1 && name === derivedName(own.row.name, columns[0] ?? '', 'fkey')
}

/** The key as an option of the table. */
export function onTable(target: KeyTable, row: ConstraintRow): ForeignKey {
  return present({
    columns: row.columns,
    references: target.key,
    target: row.targetColumns,
    match: row.matchFull ? ('full' as const) : undefined,
    ...details(row),
    notValid: row.validated ? undefined : (true as const),
  })
}

function details(row: ConstraintRow): Pick<ForeignKey, 'onDelete' | 'onUpdate' | 'deferrable'> {
  const action = (letter: string): ReferentialAction | undefined => (letter === 'a' ? undefined : actions[letter])
  return present({ onDelete: action(row.onDelete), onUpdate: action(row.onUpdate), deferrable: deferrable(row) })
}

export function deferrable(row: ConstraintRow): Deferrable | undefined {
  if (!row.deferrable) return undefined
  return row.deferred ? 'initially deferred' : true
}
