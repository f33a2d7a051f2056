/** Changes of the constraints of a table that stands. */
import { quote, quoteQualified } from '../../base/identifier.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { CheckModel, ExcludeModel, ForeignKeyModel, KeyModel, Model, TableModel } from '../../schema/model.ts'
import {
  checkClause,
  deferrableClause,
  excludeClause,
  foreignKeyClause,
  primaryKeyClause,
  targetTable,
  uniqueClause,
} from '../constraint.ts'
import { alterTable, change, hazard, label, locked } from './change.ts'

/**
 * A key by way of an index that is built while others read and write. A partitioned table has no such way, so there the key is made at once.
 */
export function addKey(table: TableModel, key: KeyModel, kind: 'primary key' | 'unique'): Change[] {
  const object = label(table, key.name)
  const drop = alterTable(table, `drop constraint ${quote(key.name)}`)
  if (table.partitionBy !== null) {
    const clause = kind === 'primary key' ? primaryKeyClause(key) : uniqueClause(key)
    return [
      change(`add ${kind}`, object, alterTable(table, `add ${clause}`), {
        inverse: drop,
        locks: locked('ACCESS EXCLUSIVE', table),
        scans: true,
        hazards: [twoRows(table, key, kind), hazard('blocks', `add ${kind}`, object, waiting(table), table)],
      }),
    ]
  }
  return [
    buildKey(table, key, kind),
    change(`add ${kind}`, object, alterTable(table, `add ${usingIndex(key, kind, key.name)}`), {
      inverse: drop,
      locks: locked('ACCESS EXCLUSIVE', table),
    }),
  ]
}

/** The index of a key, built while others read and write. */
export function buildKey(table: TableModel, key: KeyModel, kind: 'primary key' | 'unique', index = key.name): Change {
  const columns = key.columns.map(column => quote(column.name)).join(', ')
  const distinct = key.nullsNotDistinct ? ' nulls not distinct' : ''
  const on = `${quoteQualified(table)} (${columns})${distinct}`
  return change('create index', label(table, index), `create unique index concurrently ${quote(index)} on ${on}`, {
    // With the key its index goes.
    inverse: `drop index concurrently if exists ${quoteQualified({ schema: table.schema, name: index })}`,
    locks: locked('SHARE UPDATE EXCLUSIVE', table),
    scans: true,
    transaction: 'none',
    hazards: [twoRows(table, key, kind)],
  })
}

export function usingIndex(key: KeyModel, kind: 'primary key' | 'unique', index: string): string {
  return `constraint ${quote(key.name)} ${kind} using index ${quote(index)}${deferrableClause(key.deferrable)}`
}

function twoRows(table: TableModel, key: KeyModel, kind: 'primary key' | 'unique'): Hazard {
  const message = `two rows of '${label(table)}' with the same ${key.columns.map(column => `'${column.name}'`).join(' and ')} make it fail`
  return hazard('may fail', `add ${kind}`, label(table, key.name), message, table)
}

/** The key of a partitioned table whose partitions have it already. */
export function addKeyAlone(table: TableModel, key: KeyModel, kind: 'primary key' | 'unique'): Change {
  const clause = kind === 'primary key' ? primaryKeyClause(key) : uniqueClause(key)
  return change(`add ${kind}`, label(table, key.name), `alter table only ${quoteQualified(table)} add ${clause}`, {
    inverse: alterTable(table, `drop constraint ${quote(key.name)}`),
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}

function waiting(table: TableModel): string {
  return `nobody can read or write '${label(table)}' while its rows are read`
}

/** @param targets what a foreign key points to */
export function dropConstraint(
  table: TableModel,
  name: string,
  clause: string,
  ...targets: readonly TableModel[]
): Change {
  return change('drop constraint', label(table, name), alterTable(table, `drop constraint ${quote(name)}`), {
    inverse: alterTable(table, `add ${clause}`),
    locks: locked('ACCESS EXCLUSIVE', ...new Set([table, ...targets])),
  })
}

export function renameConstraint(table: TableModel, from: string, to: string): Change {
  const sql = (before: string, after: string): string =>
    alterTable(table, `rename constraint ${quote(before)} to ${quote(after)}`)
  return change('rename constraint', label(table, from), sql(from, to), {
    inverse: sql(to, from),
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}

/** A check that first holds for new rows alone, and then is held against the old ones while others read and write. */
export function addCheck(table: TableModel, check: CheckModel): Change[] {
  const object = label(table, check.name)
  return [
    change('add check', object, alterTable(table, `add ${checkClause(check)} not valid`), {
      inverse: alterTable(table, `drop constraint ${quote(check.name)}`),
      locks: locked('ACCESS EXCLUSIVE', table),
    }),
    validateCheck(table, check),
  ]
}

/** Holds the rows that are there to a check. */
export function validateCheck(table: TableModel, check: CheckModel): Change {
  const object = label(table, check.name)
  const message = `a row of '${label(table)}' that breaks '${check.name}' makes it fail`
  return change('validate constraint', object, alterTable(table, `validate constraint ${quote(check.name)}`), {
    locks: locked('SHARE UPDATE EXCLUSIVE', table),
    scans: true,
    transaction: 'own',
    hazards: [hazard('may fail', 'add check', object, message, table)],
  })
}

/** Postgres has no way to make an exclusion constraint without a lock. */
export function addExclude(table: TableModel, exclude: ExcludeModel): Change {
  const object = label(table, exclude.name)
  return change('add exclude', object, alterTable(table, `add ${excludeClause(exclude)}`), {
    inverse: alterTable(table, `drop constraint ${quote(exclude.name)}`),
    locks: locked('ACCESS EXCLUSIVE', table),
    scans: true,
    hazards: [
      hazard('blocks', 'add exclude', object, waiting(table), table),
      hazard(
        'may fail',
        'add exclude',
        object,
        `two rows of '${label(table)}' that '${exclude.name}' excludes make it fail`,
        table,
      ),
    ],
  })
}

/** A foreign key that first holds for new rows alone, and then is held against the old ones while others read and write. */
export function addForeignKey(model: Model, table: TableModel, key: ForeignKeyModel): Change[] {
  const object = label(table, key.name)
  const target = targetTable(model, key)
  const message = `a row of '${label(table)}' that points to no row of '${label(target)}' makes it fail`
  const hazards = [hazard('may fail', 'add foreign key', object, message, table)]
  const inverse = alterTable(table, `drop constraint ${quote(key.name)}`)
  const locks = locked(
    'SHARE ROW EXCLUSIVE',
    table,
    ...(target.name === table.name && target.schema === table.schema ? [] : [target]),
  )
  // Postgres before 18 takes no `not valid` on a partitioned table.
  if (table.partitionBy !== null) {
    const blocks = hazard(
      'blocks',
      'add foreign key',
      object,
      `nobody can write '${label(table)}' or '${label(target)}' while its rows are read`,
      table,
    )
    return [
      change('add foreign key', object, alterTable(table, `add ${foreignKeyClause(model, key)}`), {
        inverse,
        locks,
        scans: true,
        hazards: [...hazards, blocks],
      }),
    ]
  }
  const clause = foreignKeyClause(model, { ...key, notValid: true })
  const added = change('add foreign key', object, alterTable(table, `add ${clause}`), { inverse, locks })
  return key.notValid ? [added] : [added, validateForeignKey(model, table, key)]
}

export function validateForeignKey(model: Model, table: TableModel, key: ForeignKeyModel): Change {
  const object = label(table, key.name)
  const target = targetTable(model, key)
  const message = `a row of '${label(table)}' that points to no row of '${label(target)}' makes it fail`
  return change('validate constraint', object, alterTable(table, `validate constraint ${quote(key.name)}`), {
    locks: [...locked('SHARE UPDATE EXCLUSIVE', table), ...(target === table ? [] : locked('ROW SHARE', target))],
    scans: true,
    transaction: 'own',
    hazards: [hazard('may fail', 'add foreign key', object, message, table)],
  })
}

/** When a foreign key is held against rows: the one thing of it that can be changed. */
export function deferForeignKey(table: TableModel, from: ForeignKeyModel, to: ForeignKeyModel): Change {
  const sql = (key: ForeignKeyModel): string =>
    alterTable(table, `alter constraint ${quote(to.name)}${deferrableClause(key.deferrable) || ' not deferrable'}`)
  return change('alter constraint', label(table, to.name), sql(to), {
    inverse: sql(from),
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}
