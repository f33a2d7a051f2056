/** Changes of enums, domains and composites that stand. */
import { derivedName, literal, quote, quoteQualified } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { CheckModel, CompositeModel, DomainModel, EnumModel, Model, QualifiedName } from '../../schema/model.ts'
import { sqlType } from '../../schema/sql-type.ts'
import { checkClause } from '../constraint.ts'
import { defaultExpression } from '../default.ts'
import { compositeStatement, domainStatement } from '../user-type.ts'
import { change, hazard, label, locked } from './change.ts'

/**
 * The values that are new, each in its place, or null where old ones are gone or stand in another order: then the type is made anew. A value
 * can be used only once its transaction has ended.
 */
export function addValues(from: EnumModel, to: EnumModel): Change[] | null {
  const old = new Set(from.values)
  const kept = to.values.filter(value => old.has(value))
  if (kept.length !== from.values.length || kept.some((value, at) => value !== from.values[at])) return null
  return to.values.flatMap((value, at) => {
    if (old.has(value)) return []
    const before = to.values[at - 1]
    const next = to.values.slice(at + 1).find(one => old.has(one))
    const place =
      next === undefined ? '' : before !== undefined ? ` after ${literal(before)}` : ` before ${literal(next)}`
    const sql = `alter type ${quoteQualified(to)} add value ${literal(value)}${place}`
    return [change('add value', `${label(to)}.${value}`, sql, { transaction: 'own' })]
  })
}

export function renameValue(type: QualifiedName, from: string, to: string): Change {
  const sql = (before: string, after: string): string =>
    `alter type ${quoteQualified(type)} rename value ${literal(before)} to ${literal(after)}`
  return change('rename value', `${label(type)}.${from}`, sql(from, to), { inverse: sql(to, from) })
}

/** What a type is called once it has stepped aside. */
export function asideName({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name: derivedName(name, '', 'old') }
}

/** A domain or a composite goes. */
export function dropType(type: Model['types'][number]): Change {
  const word = type.kind === 'domain' ? 'domain' : 'type'
  const inverse = type.kind === 'domain' ? domainStatement(type) : compositeStatement(type)
  return change(`drop ${word}`, label(type), `drop ${word} ${quoteQualified(type)}`, { inverse })
}

/** The old type steps aside, so that the new one can have its name. */
export function setAside(word: 'type' | 'domain', type: QualifiedName): { changes: Change[]; drop: Change } {
  const aside = asideName(type)
  const sql = (from: QualifiedName, to: string): string =>
    `alter ${word} ${quoteQualified(from)} rename to ${quote(to)}`
  return {
    changes: [change(`rename ${word}`, label(type), sql(type, aside.name), { inverse: sql(aside, type.name) })],
    drop: change(`drop ${word}`, label(aside), `drop ${word} ${quoteQualified(aside)}`),
  }
}

/**
 * What of a domain can be changed as it stands; null where what it is made of is another.
 * @param tables those that have columns of it, whose rows are read
 */
export function alterDomain(
  from: DomainModel,
  to: DomainModel,
  tables: readonly QualifiedName[] = [],
): Change[] | null {
  if (sqlType(from.base) !== sqlType(to.base) || from.collate !== to.collate) return null
  const object = label(to)
  const alter = (action: string): string => `alter domain ${quoteQualified(to)} ${action}`
  const clauses = (domain: DomainModel): Map<string, string> =>
    new Map(domain.checks.map(check => [check.name, checkClause(check)]))
  const was = clauses(from)
  const is = clauses(to)
  const differs = (check: CheckModel): boolean => was.get(check.name) !== is.get(check.name)
  const defaultAction = (domain: DomainModel): string =>
    domain.default === null ? 'drop default' : `set default ${defaultExpression(domain.base, domain.default)}`
  const failing = (what: string, name: string) => [
    hazard('may fail', what, name, `a value of '${object}' that breaks it makes it fail`, null),
  ]
  return [
    ...from.checks.filter(differs).map(check =>
      change('drop domain constraint', `${object}.${check.name}`, alter(`drop constraint ${quote(check.name)}`), {
        inverse: alter(`add ${checkClause(check)}`),
      }),
    ),
    ...(defaultAction(from) === defaultAction(to)
      ? []
      : [change('alter domain default', object, alter(defaultAction(to)), { inverse: alter(defaultAction(from)) })]),
    ...(from.notNull === to.notNull
      ? []
      : [
          change('alter domain null', object, alter(to.notNull ? 'set not null' : 'drop not null'), {
            inverse: alter(from.notNull ? 'set not null' : 'drop not null'),
            scans: to.notNull,
            locks: to.notNull ? locked('SHARE', ...tables) : [],
            hazards: to.notNull ? failing('alter domain null', object) : [],
          }),
        ]),
    ...to.checks.filter(differs).flatMap(check => [
      change('add domain constraint', `${object}.${check.name}`, alter(`add ${checkClause(check)} not valid`), {
        inverse: alter(`drop constraint ${quote(check.name)}`),
      }),
      change(
        'validate domain constraint',
        `${object}.${check.name}`,
        alter(`validate constraint ${quote(check.name)}`),
        {
          scans: true,
          locks: locked('SHARE', ...tables),
          transaction: 'own',
          hazards: failing('add domain constraint', `${object}.${check.name}`),
        },
      ),
    ]),
  ]
}

/** Whether a field of both is of another type. */
export function retypes(from: CompositeModel, to: CompositeModel): boolean {
  const was = new Map(from.fields.map(field => [field.name, sqlType(field.type)]))
  return to.fields.some(({ name, type }) => (was.get(name) ?? sqlType(type)) !== sqlType(type))
}

/**
 * The composite made anew, for rows that hold values of it: the old one first gets the fields of the new, so that a value's text is read as one
 * of the other. `made` has the fields in the order in which they are then.
 */
export function remakeComposite(from: CompositeModel, to: CompositeModel): { changes: Change[]; made: CompositeModel } {
  const is = new Map(to.fields.map(field => [field.name, field]))
  const kept = from.fields.flatMap(({ name }) => is.get(name) ?? [])
  const fresh = to.fields.filter(field => !kept.includes(field))
  const before = { ...from, fields: [...from.fields.filter(({ name }) => is.has(name)), ...fresh] }
  return {
    changes: [...alterComposite(from, before), ...setAside('type', to).changes],
    made: { ...to, fields: [...kept, ...fresh] },
  }
}

/** The fields of a composite, which tables that have it follow. */
export function alterComposite(from: CompositeModel, to: CompositeModel): Change[] {
  const object = label(to)
  const alter = (action: string): string => `alter type ${quoteQualified(to)} ${action} cascade`
  const was = new Map(from.fields.map(field => [field.name, sqlType(field.type)]))
  const is = new Map(to.fields.map(field => [field.name, sqlType(field.type)]))
  const attribute = (kind: string, name: string, sql: string, inverse: string, loses: boolean): Change =>
    change(kind, `${object}.${name}`, alter(sql), {
      inverse: alter(inverse),
      hazards: loses
        ? [hazard('data loss', kind, `${object}.${name}`, `the values of '${object}.${name}' are lost or cast`, null)]
        : [],
    })
  const add = (name: string, type = ''): string => `add attribute ${quote(name)} ${type}`
  const drop = (name: string): string => `drop attribute ${quote(name)}`
  return [
    ...[...was]
      .filter(([name]) => !is.has(name))
      .map(([name, type]) => attribute('drop attribute', name, drop(name), add(name, type), true)),
    ...[...is].flatMap(([name, type]) => {
      const old = was.get(name)
      if (old === undefined) return [attribute('add attribute', name, add(name, type), drop(name), false)]
      if (old === type) return []
      const set = (given: string): string => `alter attribute ${quote(name)} set data type ${given}`
      return [attribute('alter attribute', name, set(type), set(old), true)]
    }),
  ]
}
