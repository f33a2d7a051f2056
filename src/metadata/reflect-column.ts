/** A column as the literal writes it, less its keys. */
import type { AnyColumn } from '../../types/literal.ts'
import { derivedName } from '../base/identifier.ts'
import type { Catalogue } from './catalogue.ts'
import type { ColumnRow } from './read-columns.ts'
import type { ConstraintRow } from './read-constraints.ts'
import type { RelationRow } from './read-relations.ts'
import type { SequenceRow } from './read-sequences.ts'
import { identity, serialType } from './reflect-sequence.ts'
import { simpleCollation, type TypeReader, withCollation } from './reflect-type.ts'
import { present, textFragment } from './text-fragment.ts'

export function columnLiteral(
  catalogue: Catalogue,
  types: TypeReader,
  table: RelationRow,
  row: ColumnRow,
  sequence: SequenceRow | undefined,
): AnyColumn {
  const serial = serialType(table, row, sequence)
  const plain = types.type(row.type, row.typeOid)
  const type = row.collation !== null && simpleCollation(row) === null ? withCollation(plain, row.type, row) : plain
  const expression = row.default === null ? undefined : textFragment(row.default)
  const constraint = (catalogue.constraints.get(table.oid) ?? []).find(
    one => one.type === 'n' && one.columns[0] === row.name,
  )
  return present({
    ...type,
    ...(serial === null ? {} : { type: serial }),
    nullable: row.notNull && constraint?.validated !== false ? undefined : true,
    notNull: notNull(table, row, constraint),
    default: serial !== null || row.generated !== '' ? undefined : expression,
    generated: row.generated === '' ? undefined : expression,
    stored: row.generated === 'v' ? (false as const) : undefined,
    identity: identity(table, row, sequence),
    collate: simpleCollation(row) ?? undefined,
    inherited: isInherited(table, row) ? (true as const) : undefined,
    comment: row.comment ?? undefined,
  })
}

/** What is said of a NOT NULL that is not as Postgres makes it by itself. */
export function notNull(
  table: RelationRow,
  row: ColumnRow,
  constraint: ConstraintRow | undefined,
): AnyColumn['notNull'] {
  if (constraint?.inherited === true && !constraint.local && table.bound === null && !isInherited(table, row))
    return { inherited: true }
  // A partition has the name of the table above until it stands alone.
  if (constraint?.validated !== true || !(constraint.local || table.bound !== null)) return undefined
  const isUsual = constraint.name === derivedName(table.name, row.name, 'not_null')
  // One that is inherited too would have the name of the table above.
  const name = isUsual && !(isInherited(table, row) && constraint.inherited) ? undefined : constraint.name
  return constraint.noInherit ? present({ name, noInherit: true }) : name
}

/** Whether a table has a column by inheritance alone. A partition is made whole, and attached. */
export function isInherited(table: RelationRow, row: ColumnRow): boolean {
  return table.bound === null && !row.local
}
