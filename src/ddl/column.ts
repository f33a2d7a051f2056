/** A column of `create table` or `alter table … add column`. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { ColumnModel, IdentityModel, QualifiedName } from '../schema/model.ts'
import { defaultExpression } from './default.ts'
import { fragmentText } from './fragment-text.ts'
import { sequenceOptions } from './sequence.ts'
import { sqlType } from '../schema/sql-type.ts'

/** The column's definition; keys and checks are constraints of the table, with names of their own. */
export function columnDefinition(table: QualifiedName, column: ColumnModel): string {
  const words = [quote(column.name), sqlType(column.type)]
  if (column.collate !== null) words.push(`collate ${quote(column.collate)}`)
  if (column.generated !== null)
    words.push(`generated always as (${fragmentText(column.generated)}) ${column.stored ? 'stored' : 'virtual'}`)
  if (column.identity !== null) words.push(identityClause(table, column.identity))
  if (column.default !== null) words.push(`default ${defaultExpression(column.type, column.default)}`)
  if (!column.nullable && !column.notNullInherited) {
    const notNull = column.notNullAlone ? 'not null no inherit' : 'not null'
    words.push(column.notNullName === null ? notNull : `constraint ${quote(column.notNullName)} ${notNull}`)
  }
  return words.join(' ')
}

/** `generated … as identity`, with the options of its sequence. */
export function identityClause(table: QualifiedName, identity: IdentityModel): string {
  const options = sequenceOptions(identity.options)
  // With its schema, or else Postgres would make it in the schema that is current rather than in the table's.
  if (identity.sequence !== null) {
    options.unshift(`sequence name ${quoteQualified({ schema: table.schema, name: identity.sequence })}`)
  }
  const when = identity.when === 'always' ? 'always' : 'by default'
  return `generated ${when} as identity${options.length === 0 ? '' : ` (${options.join(' ')})`}`
}
