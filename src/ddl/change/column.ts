/** Changes of a column of a table that stands. */
import { derivedName, literal, quote, quoteQualified } from '../../base/identifier.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { ColumnModel, TableModel } from '../../schema/model.ts'
import { sqlType } from '../../schema/sql-type.ts'
import { columnDefinition } from '../column.ts'
import { defaultExpression } from '../default.ts'
import { fragmentText } from '../fragment-text.ts'
import { alterTable, change, hazard, label, locked } from './change.ts'
import { hasCast } from './cast.ts'
import { isVolatile } from './rewriting-default.ts'

export function addColumn(table: TableModel, column: ColumnModel): Change {
  const object = label(table, column.name)
  const rewrites =
    isMade(column) || (column.default !== null && isVolatile(defaultExpression(column.type, column.default)))
  const hazards: Hazard[] = []
  if (rewrites) hazards.push(blocking('add column', object, table))
  if (!column.nullable && column.default === null && !isMade(column)) {
    const message = `'${object}' is not null and has no default, so no row that is there can have it`
    hazards.push(hazard('may fail', 'add column', object, message, table))
  }
  return change('add column', object, alterTable(table, `add column ${columnDefinition(table, column)}`), {
    inverse: alterTable(table, `drop column ${quote(column.name)}`),
    locks: locked('ACCESS EXCLUSIVE', table),
    rewrites,
    hazards,
  })
}

export function dropColumn(table: TableModel, column: ColumnModel): Change {
  const object = label(table, column.name)
  const message = `the values of '${object}' are lost`
  return change('drop column', object, alterTable(table, `drop column ${quote(column.name)}`), {
    inverse: alterTable(table, `add column ${columnDefinition(table, column)}`),
    locks: locked('ACCESS EXCLUSIVE', table),
    hazards: column.generated === null ? [hazard('data loss', 'drop column', object, message, table)] : [],
  })
}

export function renameColumn(table: TableModel, from: string, to: string): Change {
  return change(
    'rename column',
    label(table, from),
    alterTable(table, `rename column ${quote(from)} to ${quote(to)}`),
    {
      inverse: alterTable(table, `rename column ${quote(to)} to ${quote(from)}`),
      locks: locked('ACCESS EXCLUSIVE', table),
    },
  )
}

/** The type with its collation, as `alter column … type` wants it. */
export function typeText({ type, collate }: ColumnModel): string {
  const base = serialBase[type.kind] ?? sqlType(type)
  return collate === null ? base : `${base} collate ${quote(collate)}`
}

/** What `serial` and the like are, less their sequences. */
const serialBase: { readonly [kind: string]: string } = {
  smallserial: 'smallint',
  serial: 'integer',
  bigserial: 'bigint',
}

/**
 * A new type. Values are cast, so that text becomes a number where it can; a default that would not follow by itself is taken off
 * before by `dropDefault` and set after.
 */
export function alterType(table: TableModel, from: ColumnModel, to: ColumnModel): Change {
  return typeChanged(table, from, to, typeChange(typeText(from), typeText(to)), cast(quote(to.name), from, to))
}

/** To a type that has the name of the old one, or is made of such: values keep their text. */
export function alterThroughText(table: TableModel, from: ColumnModel, to: ColumnModel): Change {
  const type = sqlType(to.type)
  return typeChanged(table, from, to, 'cast', `${quote(to.name)}::text${type.endsWith('[]') ? '[]' : ''}::${type}`)
}

function typeChanged(
  table: TableModel,
  from: ColumnModel,
  to: ColumnModel,
  how: ReturnType<typeof typeChange>,
  using: string,
): Change {
  const object = label(table, to.name)
  const name = quote(to.name)
  const hazards: Hazard[] = []
  if (how !== 'kept') hazards.push(blocking('alter type', object, table))
  if (how === 'cast') {
    const message = `a value of '${object}' that is no ${typeText(to)} makes it fail, and one that is cast may lose something`
    hazards.push(hazard('may fail', 'alter type', object, message, table))
  }
  const sql = (column: ColumnModel, value: string): string =>
    // What is generated is computed again, and takes no word of how.
    alterTable(table, `alter column ${name} type ${typeText(column)}${to.generated === null ? ` using ${value}` : ''}`)
  return change('alter type', object, sql(to, using), {
    inverse: sql(from, cast(name, to, from)),
    locks: locked('ACCESS EXCLUSIVE', table),
    rewrites: how !== 'kept',
    hazards,
  })
}

function cast(name: string, from: ColumnModel, to: ColumnModel): string {
  const [was, is] = [typeText(from), typeText(to)].map(type => type.replace(/ collate .*$/, ''))
  return hasCast(was ?? '', is ?? '') ? `${name}::${is}` : `${name}::text::${is}`
}

/**
 * `kept`: every old value is a new one, bit by bit, and Postgres leaves the rows alone. `widened`: every old value has a new one.
 * `cast`: it may not. (PostgreSQL manual, "ALTER TABLE", Notes; `ATColumnChangeRequiresRewrite`.)
 */
export function typeChange(from: string, to: string): 'kept' | 'widened' | 'cast' {
  if (from === to) return 'kept'
  const was = sized(from)
  const is = sized(to)
  const isText = (name: string): boolean => name === 'text' || name === 'character varying' || name === 'citext'
  if (was.collate !== is.collate) return was.name === is.name ? 'widened' : 'cast'
  if (isText(was.name) && isText(is.name)) {
    return is.size === null || (was.size !== null && is.size >= was.size) ? 'kept' : 'cast'
  }
  if (was.name === is.name && was.name === 'numeric') {
    if (is.size === null) return 'kept'
    return was.size !== null && was.scale === is.scale && is.size >= was.size ? 'kept' : 'cast'
  }
  if (was.name === is.name && (was.name === 'bit varying' || /^(time|interval)/.test(was.name))) {
    return is.size === null || (was.size !== null && is.size >= was.size) ? 'kept' : 'cast'
  }
  const order = ['smallint', 'integer', 'bigint', 'numeric']
  const [before, after] = [order.indexOf(was.name), order.indexOf(is.name)]
  if (before >= 0 && after > before && is.size === null) return 'widened'
  if (was.name === 'real' && is.name === 'double precision') return 'widened'
  if (is.name === 'text' && is.size === null) return 'widened'
  return 'cast'
}

interface SizedType {
  readonly name: string
  readonly size: number | null
  readonly scale: string
  readonly collate: string
}

function sized(type: string): SizedType {
  const found = /^([^(]*?)(?:\((\d+)(?:,(-?\d+))?\))?((?: [a-z ]*?)?)( collate .*)?$/.exec(type)
  const [, before = type, size, scale = '0', after = '', collate = ''] = found ?? []
  return { name: (before + after).trim(), size: size === undefined ? null : Number(size), scale, collate }
}

export function setDefault(table: TableModel, from: ColumnModel, to: ColumnModel): Change {
  return change('alter default', label(table, to.name), alterTable(table, defaultAction(to)), {
    inverse: alterTable(table, defaultAction(from)),
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}

function defaultAction(column: ColumnModel): string {
  const start = `alter column ${quote(column.name)}`
  return column.default === null
    ? `${start} drop default`
    : `${start} set default ${defaultExpression(column.type, column.default)}`
}

/** NOT NULL by way of a check that is validated while others read and write; what comes then needs no scan. */
export function setNotNull(table: TableModel, column: ColumnModel): Change[] {
  const object = label(table, column.name)
  const name = quote(column.name)
  const check = quote(derivedName(table.name, column.name, 'is_set'))
  const drop = alterTable(table, `drop constraint ${check}`)
  const set =
    column.notNullName === null
      ? `alter column ${name} set not null`
      : `add constraint ${quote(column.notNullName)} not null ${name}`
  return [
    change(
      'add constraint',
      object,
      alterTable(table, `add constraint ${check} check (${name} is not null) not valid`),
      {
        inverse: drop,
        locks: locked('ACCESS EXCLUSIVE', table),
      },
    ),
    change('validate constraint', object, alterTable(table, `validate constraint ${check}`), {
      locks: locked('SHARE UPDATE EXCLUSIVE', table),
      scans: true,
      transaction: 'own',
      hazards: [hazard('may fail', 'set not null', object, `a row whose '${object}' is null makes it fail`, table)],
    }),
    change('set not null', object, alterTable(table, set), {
      inverse: alterTable(table, `alter column ${name} drop not null`),
      locks: locked('ACCESS EXCLUSIVE', table),
    }),
    change('drop constraint', object, drop, { locks: locked('ACCESS EXCLUSIVE', table) }),
  ]
}

export function dropNotNull(table: TableModel, column: ColumnModel): Change {
  const name = quote(column.name)
  return change('drop not null', label(table, column.name), alterTable(table, `alter column ${name} drop not null`), {
    inverse: alterTable(table, `alter column ${name} set not null`),
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}

/** A stored expression of a column that stays where it is (PostgreSQL 17 and later). */
export function setExpression(table: TableModel, from: ColumnModel, to: ColumnModel): Change {
  const object = label(table, to.name)
  const sql = (column: ColumnModel): string =>
    alterTable(table, `alter column ${quote(to.name)} set expression as (${expression(column)})`)
  return change('set expression', object, sql(to), {
    inverse: sql(from),
    locks: locked('ACCESS EXCLUSIVE', table),
    rewrites: to.stored,
    hazards: to.stored ? [blocking('set expression', object, table)] : [],
  })
}

function expression({ generated }: ColumnModel): string {
  return generated === null ? '' : fragmentText(generated)
}

export function dropExpression(table: TableModel, column: ColumnModel): Change {
  const sql = alterTable(table, `alter column ${quote(column.name)} drop expression`)
  return change('drop expression', label(table, column.name), sql, { locks: locked('ACCESS EXCLUSIVE', table) })
}

export function commentOnColumn(table: TableModel, from: string | null, column: ColumnModel): Change {
  const sql = (comment: string | null): string =>
    `comment on column ${quoteQualified(table)}.${quote(column.name)} is ${comment === null ? 'null' : literal(comment)}`
  return change('comment on column', label(table, column.name), sql(column.comment), {
    inverse: sql(from),
    locks: locked('SHARE UPDATE EXCLUSIVE', table),
  })
}

/** Whether each row gets a value of its own from the database. */
function isMade(column: ColumnModel): boolean {
  return (column.generated !== null && column.stored) || column.identity !== null || column.type.kind in serialBase
}

function blocking(kind: string, object: string, table: TableModel): Hazard {
  return hazard(
    'blocks',
    kind,
    object,
    `all rows of '${label(table)}' are written anew, and nobody can read or write them meanwhile`,
    table,
  )
}
