/** Changes of what gives a column its numbers: identity, and the sequence of a `serial`. */
import { derivedName, quote, quoteQualified } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, IdentityModel, QualifiedName, TableModel } from '../../schema/model.ts'
import { identityClause } from '../column.ts'
import { changedOptions } from '../sequence.ts'
import { alterTable, change, label, locked } from './change.ts'

/** The sequence that Postgres makes, by the name that it has or is given. */
export function sequenceOf(table: TableModel, column: ColumnModel): QualifiedName {
  return {
    schema: table.schema,
    name: column.identity?.sequence ?? derivedName(table.name, column.name, 'seq'),
  }
}

export function addIdentity(table: TableModel, column: ColumnModel, identity: IdentityModel): Change {
  const start = `alter column ${quote(column.name)}`
  return change(
    'add identity',
    label(table, column.name),
    alterTable(table, `${start} add ${identityClause(table, identity)}`),
    {
      inverse: alterTable(table, `${start} drop identity`),
      locks: locked('ACCESS EXCLUSIVE', table),
    },
  )
}

export function dropIdentity(table: TableModel, column: ColumnModel): Change {
  const start = `alter column ${quote(column.name)}`
  return change('drop identity', label(table, column.name), alterTable(table, `${start} drop identity`), {
    inverse:
      column.identity === null ? null : alterTable(table, `${start} add ${identityClause(table, column.identity)}`),
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}

/** Its manner and its options, as far as they are others. */
export function setIdentity(table: TableModel, column: ColumnModel, from: IdentityModel, to: IdentityModel): Change {
  const sql = (was: IdentityModel, is: IdentityModel): string => {
    const words = [
      ...(was.when === is.when ? [] : [`set generated ${is.when === 'always' ? 'always' : 'by default'}`]),
      ...changedOptions(was.options, is.options).map(one => `set ${one}`),
    ]
    return alterTable(table, `alter column ${quote(column.name)} ${words.join(' ')}`)
  }
  return change('set identity', label(table, column.name), sql(from, to), {
    inverse: sql(to, from),
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}

export function renameSequence(from: QualifiedName, to: string): Change {
  return change('rename sequence', label(from), `alter sequence ${quoteQualified(from)} rename to ${quote(to)}`, {
    inverse: `alter sequence ${quoteQualified({ ...from, name: to })} rename to ${quote(from.name)}`,
    locks: locked('ACCESS EXCLUSIVE', from),
  })
}

/** The sequence of a `serial` whose type becomes larger or smaller. */
export function resizeSequence(sequence: QualifiedName, from: string, to: string): Change {
  const name = quoteQualified(sequence)
  return change('alter sequence', label(sequence), `alter sequence ${name} as ${to}`, {
    inverse: `alter sequence ${name} as ${from}`,
    locks: locked('SHARE ROW EXCLUSIVE', sequence),
  })
}
