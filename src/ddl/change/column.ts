/** Changes of a column of a table that stands. */
import { derivedName, literal, quote, quoteQualified } from '../../base/identifier.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { ColumnModel, DomainModel, IndexModel, TableModel, TypeModel } from '../../schema/model.ts'
import { sqlType } from '../../schema/sql-type.ts'
import { columnDefinition } from '../column.ts'
import { defaultExpression, isNull } from '../default.ts'
import { fragmentText } from '../fragment-text.ts'
import { alterTable, change, hazard, label, locked } from './change.ts'
import { hasCast } from './cast.ts'
import { isVolatile } from './rewriting-default.ts'

export function addColumn(table: TableModel, column: ColumnModel): Change {
  const object = label(table, column.name)
  const domains = domainsOf(column.type)
  // Without one of its own, a column has the default of its domain, or of that which this is made of.
  const [given] = [{ type: column.type, default: column.default }, ...domains.map(asGiven)].filter(
    one => one.default !== null,
  )
  const hasValue = given !== undefined && !isNull(given.default)
  const isVolatileDefault =
    given !== undefined && given.default !== null && isVolatile(defaultExpression(given.type, given.default))
  const rewrites = isMade(column) || isVolatileDefault || domains.some(one => one.notNull || one.checks.length > 0)
  const hazards: Hazard[] = []
  if (rewrites) hazards.push(blocking('add column', object, table))
  const wantsValue = !column.nullable || domains.some(one => one.notNull)
  if (wantsValue && !hasValue && !isMade(column)) {
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

/** The domain that a type is, and those that it is made of. */
function domainsOf({ domain }: TypeModel): DomainModel[] {
  return domain === null ? [] : [domain, ...domainsOf(domain.base)]
}

function asGiven(domain: DomainModel): Pick<ColumnModel, 'type' | 'default'> {
  return { type: domain.base, default: domain.default }
}

export function dropColumn(table: TableModel, column: ColumnModel): Change {
  const object = label(table, column.name)
  const message = `the values of '${object}' are lost`
  return change('drop column', object, alterTable(table, `drop column ${quote(column.name)}`), {
    inverse: takesMore(table, column) ? null : alterTable(table, `add column ${columnDefinition(table, column)}`),
    locks: locked('ACCESS EXCLUSIVE', table),
    hazards: column.generated === null ? [hazard('data loss', 'drop column', object, message, table)] : [],
  })
}

/** Whether more goes with the column than is said where it is made. */
function takesMore({ indexes }: TableModel, column: ColumnModel): boolean {
  const isOn = ({ elements, include, where }: IndexModel): boolean =>
    where !== null || include.includes(column) || elements.some(one => !('column' in one) || one.column === column)
  return column.comment !== null || indexes.some(isOn)
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

/** The value of a column that has its name, as one of its type, by way of its text. */
export function throughText({ name, type }: ColumnModel): string {
  const text = sqlType(type)
  return `${quote(name)}::text${text.endsWith('[]') ? '[]' : ''}::${text}`
}

/** The value of a column as one of another. */
export function castTo(from: ColumnModel, to: ColumnModel): string {
  return typeText(from) === typeText(to) ? quote(from.name) : cast(quote(from.name), from, to)
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

/** To a row of another table, from an object with the values by their names. */
export function alterThroughObject(table: TableModel, from: ColumnModel, to: ColumnModel): Change {
  return typeChanged(table, from, to, 'cast', `jsonb_populate_record(null::${sqlType(to.type)}, ${quote(to.name)})`)
}

/**
 * To a type that has the name of the old one, or is made of such: values keep their text.
 * @param isText whether they are kept as it
 */
export function alterThroughText(table: TableModel, from: ColumnModel, to: ColumnModel, isText = false): Change {
  return typeChanged(table, from, to, isText ? 'kept' : 'cast', throughText(to))
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
  if (isText(was.name) && isText(is.name)) {
    return is.size === null || (was.size !== null && is.size >= was.size) ? 'kept' : 'cast'
  }
  if (was.name === is.name && was.name === 'numeric') {
    if (is.size === null) return 'kept'
    return was.size !== null && was.scale === is.scale && is.size >= was.size ? 'kept' : 'cast'
  }
  if (was.name === is.name && (was.name === 'bit varying' || /^(time|interval)/.test(was.name))) {
    // Without a size, times have six digits of a second.
    const isWhole = is.size === null || (is.size === 6 && was.name !== 'bit varying')
    return isWhole || (was.size !== null && is.size >= was.size) ? 'kept' : 'cast'
  }
  if (was.name === 'cidr' && is.name === 'inet') return 'kept'
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
}

function sized(type: string): SizedType {
  const found = /^([^(]*?)(?:\((\d+)(?:,(-?\d+))?\))?((?: [a-z ]*?)?)(?: collate .*)?$/.exec(type)
  const [, before = type, size, scale = '0', after = ''] = found ?? []
  return { name: (before + after).trim(), size: size === undefined ? null : Number(size), scale }
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
  const drop = (word: string): string => alterTable(table, `drop constraint ${word}${check}`)
  const ending = column.notNullAlone ? ' no inherit' : ''
  const set =
    column.notNullName === null && !column.notNullAlone
      ? `alter column ${name} set not null`
      : `add constraint ${quote(notNullName(table, column))} not null ${name}${ending}`
  return [
    change(
      'add constraint',
      object,
      alterTable(table, `add constraint ${check} check (${name} is not null) not valid`),
      {
        // It is gone again by the last of these.
        inverse: drop('if exists '),
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
    change('drop constraint', object, drop(''), { locks: locked('ACCESS EXCLUSIVE', table) }),
  ]
}

/** As the schema says, or else as Postgres calls it. */
export function notNullName(table: TableModel, column: ColumnModel): string {
  return column.notNullName ?? derivedName(table.name, column.name, 'not_null')
}

/**
 * Whether tables that inherit from this one have its NOT NULL too (Postgres 18).
 * @param heirs the tables that do inherit from it
 */
export function inheritNotNull(table: TableModel, column: ColumnModel, heirs: readonly TableModel[]): Change {
  const object = label(table, column.name)
  const message = `a row of a table that inherits from '${label(table)}', whose '${column.name}' is null, makes it fail`
  const reaches = !column.notNullAlone && heirs.length > 0
  const name = quote(notNullName(table, column))
  const sql = (alone: boolean): string =>
    alterTable(table, `alter constraint ${name} ${alone ? 'no inherit' : 'inherit'}`)
  return change('inherit not null', object, sql(column.notNullAlone), {
    inverse: sql(!column.notNullAlone),
    locks: locked('ACCESS EXCLUSIVE', table),
    scans: reaches,
    hazards: reaches ? [hazard('may fail', 'inherit not null', object, message, null)] : [],
  })
}

/** @param reach `only`: tables that inherit from it keep theirs (before Postgres 18, where it is a constraint that they have themselves) */
export function dropNotNull(table: TableModel, column: ColumnModel, reach: 'below' | 'only' = 'below'): Change {
  const name = quote(column.name)
  const sql = alterTable(table, `alter column ${name} drop not null`)
  return change(
    'drop not null',
    label(table, column.name),
    reach === 'only' ? sql.replace(/^alter table /, 'alter table only ') : sql,
    { inverse: alterTable(table, `alter column ${name} set not null`), locks: locked('ACCESS EXCLUSIVE', table) },
  )
}

/** A NOT NULL that the table had before the same plan: its rows are held to it already, and read all the same. */
export function keepNotNull(table: TableModel, column: ColumnModel): Change {
  const name = quote(column.name)
  const object = label(table, column.name)
  const message = `nobody can read or write '${label(table)}' while its rows are read`
  return change('set not null', object, alterTable(table, `alter column ${name} set not null`), {
    inverse: alterTable(table, `alter column ${name} drop not null`),
    locks: locked('ACCESS EXCLUSIVE', table),
    scans: true,
    hazards: [hazard('blocks', 'set not null', object, message, table)],
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
