/** Changes of tables as wholes. */
import { literal, quote, quoteQualified } from '../../base/identifier.ts'
import type { Change, TableLock } from '../../schema/change.ts'
import type { ForeignKeyModel, Model, QualifiedName, StorageModel, TableModel } from '../../schema/model.ts'
import { createPartitions, attachStatement } from '../partition.ts'
import { disableRowSecurity, enableRowSecurity, forceRowSecurity, unforceRowSecurity } from '../policy.ts'
import { repeatedConstraints } from '../repeated-constraints.ts'
import { parameterName, storageClause } from '../storage.ts'
import { createTable } from '../table.ts'
import { alterTable, change, hazard, label, locked } from './change.ts'

/** The table with its columns and constraints, less the foreign keys that come later. */
export function newTable(model: Model, table: TableModel, later: ReadonlySet<ForeignKeyModel>): Change[] {
  const parents = table.inherits.flatMap(key => model.tableByKey.get(key) ?? [])
  const partitions = table.partitionBy === null ? [] : createPartitions(table, table.partitionBy, 'create table')
  return [
    change('create table', label(table), createTable(model, table, later, 'create table'), {
      inverse: `drop table ${quoteQualified(table)}`,
      locks: locked('SHARE UPDATE EXCLUSIVE', ...parents),
    }),
    ...partitions.map(sql => change('create partition', label(table), sql)),
    ...repeatedConstraints(table).map(({ kind, name, clause }) =>
      change(`add ${kind}`, label(table, name), alterTable(table, `add ${clause}`), {
        inverse: alterTable(table, `drop constraint ${quote(name)}`),
      }),
    ),
  ]
}

/**
 * @param targets the tables that its foreign keys point to, which are locked too
 * @param gone the foreign keys that it has no more by then
 */
export function dropTable(
  table: TableModel,
  model: Model,
  targets: readonly TableModel[],
  gone: ReadonlySet<ForeignKeyModel>,
): Change {
  const object = label(table)
  return change('drop table', object, `drop table ${quoteQualified(table)}`, {
    inverse: hasMore(table) ? null : createTable(model, table, gone, 'create table'),
    locks: locked('ACCESS EXCLUSIVE', ...new Set([table, ...targets])),
    hazards: [hazard('data loss', 'drop table', object, `the rows of '${object}' are lost`, table)],
  })
}

/** Whether a table has what is not said where it is made. */
function hasMore({ indexes, triggers, policies, rowSecurity, comment, columns }: TableModel): boolean {
  const isSaid = comment === null && rowSecurity === 'off' && columns.every(one => one.comment === null)
  return !isSaid || indexes.length + triggers.length + policies.length > 0
}

export function renameTable(from: QualifiedName, to: QualifiedName): Change[] {
  const moved = { schema: to.schema, name: from.name }
  const changes: Change[] = []
  if (from.schema !== to.schema) {
    changes.push(
      change('set schema', label(from), alterTable(from, `set schema ${quote(to.schema)}`), {
        inverse: alterTable(moved, `set schema ${quote(from.schema)}`),
        locks: locked('ACCESS EXCLUSIVE', from),
      }),
    )
  }
  if (from.name !== to.name) {
    changes.push(
      change('rename table', label(moved), alterTable(moved, `rename to ${quote(to.name)}`), {
        inverse: alterTable(to, `rename to ${quote(from.name)}`),
        locks: locked('ACCESS EXCLUSIVE', moved),
      }),
    )
  }
  return changes
}

/** Storage parameters: those that are given are set, those that were are put back. */
export function storageChanges(relation: QualifiedName, word: string, from: StorageModel, to: StorageModel): Change[] {
  const name = `alter ${word} ${quoteQualified(relation)}`
  const apply = (before: StorageModel, after: StorageModel): string[] => {
    const kept = new Map(before)
    const set = after.filter(([parameter, value]) => kept.get(parameter) !== value)
    const names = new Set(after.map(([parameter]) => parameter))
    const gone = before.filter(([parameter]) => !names.has(parameter))
    return [
      ...(set.length === 0 ? [] : [`${name} set ${storageClause(set).replace(/^with /, '')}`]),
      ...(gone.length === 0
        ? []
        : [`${name} reset (${gone.map(([parameter]) => parameterName(parameter)).join(', ')})`]),
    ]
  }
  const inverse = apply(to, from)
  const locks = locked(word === 'view' ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE', relation)
  return apply(from, to).map((sql, at) =>
    change('set storage', label(relation), sql, { inverse: inverse[at] ?? null, locks }),
  )
}

export function setLogged(table: TableModel): Change {
  const object = label(table)
  const message = `all rows of '${object}' are written anew, and nobody can read or write them meanwhile`
  return change('set logged', object, alterTable(table, table.unlogged ? 'set unlogged' : 'set logged'), {
    inverse: alterTable(table, table.unlogged ? 'set logged' : 'set unlogged'),
    locks: locked('ACCESS EXCLUSIVE', table),
    rewrites: true,
    hazards: [hazard('blocks', 'set logged', object, message, table)],
  })
}

/** Row security from one of its three states to another, of a table that stood before or is new. */
export function rowSecurityChanges(table: TableModel, before: TableModel | undefined): Change[] {
  const was = before?.rowSecurity ?? 'off'
  const is = table.rowSecurity
  const object = label(table)
  const set = (sql: string, inverse: string, message: string | null): Change =>
    change('row security', object, sql, {
      inverse,
      locks: locked('ACCESS EXCLUSIVE', table),
      hazards: message === null ? [] : [hazard('access', 'row security', object, message, null)],
    })
  const isClosed = before !== undefined && table.policies.every(policy => policy.as === 'restrictive')
  const on = enableRowSecurity(table)
  const off = disableRowSecurity(table)
  const forced = forceRowSecurity(table)
  const unforced = unforceRowSecurity(table)
  const changes: Change[] = []
  if (was === 'off' && is !== 'off')
    changes.push(
      set(on, off, isClosed ? `nobody but its owner sees a row of '${object}', as no policy lets one through` : null),
    )
  if (was !== 'off' && is === 'off') changes.push(set(off, on, `the policies of '${object}' hold nobody back`))
  if (was !== 'forced' && is === 'forced')
    changes.push(
      set(
        forced,
        unforced,
        isClosed ? `its owner sees no row of '${object}' either, as no policy lets one through` : null,
      ),
    )
  if (was === 'forced' && is !== 'forced')
    changes.push(set(unforced, forced, `the policies of '${object}' do not hold its owner back`))
  return changes
}

/** @param besides what is locked but the two tables */
export function attachTable(model: Model, table: TableModel, besides: readonly TableLock[]): Change[] {
  if (table.partitionOf === null) return []
  const parent = model.tableByKey.get(table.partitionOf.table)
  const object = label(table)
  return [
    change('attach partition', object, attachStatement(model, table, table.partitionOf), {
      inverse: parent === undefined ? null : alterTable(parent, `detach partition ${quoteQualified(table)}`),
      locks: [
        ...(parent === undefined ? [] : locked('SHARE UPDATE EXCLUSIVE', parent)),
        ...locked('ACCESS EXCLUSIVE', table),
        ...besides,
      ],
      scans: true,
      hazards: [
        hazard('may fail', 'attach partition', object, `a row of '${object}' outside its bounds makes it fail`, table),
        hazard(
          'blocks',
          'attach partition',
          object,
          `nobody can read or write '${object}' while its rows are read`,
          table,
        ),
      ],
    }),
  ]
}

/** @param besides what is locked but the two tables */
export function detachTable(model: Model, table: TableModel, besides: readonly TableLock[]): Change[] {
  const parent = model.tableByKey.get(table.partitionOf?.table ?? '')
  if (table.partitionOf === null || parent === undefined) return []
  return [
    change('detach partition', label(table), alterTable(parent, `detach partition ${quoteQualified(table)}`), {
      inverse: attachStatement(model, table, table.partitionOf),
      locks: [...locked('ACCESS EXCLUSIVE', parent, table), ...besides],
    }),
  ]
}

/** @param which the tables that it no longer inherits from, or those that it comes to inherit from */
export function inheritChanges(
  model: Model,
  from: TableModel,
  to: TableModel,
  before: Model,
  which: 'left' | 'fresh',
): Change[] {
  const parents = (model: Model, table: TableModel): TableModel[] =>
    table.inherits.flatMap(key => model.tableByKey.get(key) ?? [])
  const was = parents(before, from)
  const is = parents(model, to)
  const isIn = (tables: readonly TableModel[], one: TableModel): boolean =>
    tables.some(other => quoteQualified(other) === quoteQualified(one))
  const action = (word: string, parent: TableModel, locks: readonly TableLock[]): Change =>
    change(word, label(to), alterTable(to, `${word} ${quoteQualified(parent)}`), {
      locks: [...locked('ACCESS EXCLUSIVE', to), ...locks],
    })
  if (which === 'left') return was.filter(parent => !isIn(is, parent)).map(parent => action('no inherit', parent, []))
  return is
    .filter(parent => !isIn(was, parent))
    .map(parent => action('inherit', parent, locked('SHARE UPDATE EXCLUSIVE', parent)))
}

/** A comment on anything with a name of its own. */
export function commentChange(word: string, named: QualifiedName, from: string | null, to: string | null): Change {
  const sql = (comment: string | null): string =>
    `comment on ${word} ${quoteQualified(named)} is ${comment === null ? 'null' : literal(comment)}`
  return change(`comment on ${word}`, label(named), sql(to), {
    inverse: sql(from),
    locks: locked('SHARE UPDATE EXCLUSIVE', named),
  })
}
