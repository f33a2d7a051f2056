/** Enums, domains and composites. */
import { literal, quote, quoteQualified } from '../base/identifier.ts'
import type { CompositeModel, DomainModel, EnumModel, QualifiedName } from '../schema/model.ts'
import { checkClause } from './constraint.ts'
import { defaultExpression } from './default.ts'
import { creationSchema, guarded } from './guard.ts'
import { sqlType } from '../schema/sql-type.ts'

/** `create type … as enum`, unless there is an enum of this name. */
export function createEnum(given: EnumModel): string {
  return guarded(typeOf('e', given), enumStatement(given))
}

/** `create type … as enum`. */
export function enumStatement(given: EnumModel): string {
  return `create type ${quoteQualified(given)} as enum (${given.values.map(literal).join(', ')})`
}

/** `create domain`, unless there is a domain of this name. */
export function createDomain(domain: DomainModel): string {
  return guarded(typeOf('d', domain), domainStatement(domain))
}

/** `create domain`. */
export function domainStatement(domain: DomainModel): string {
  const words = [`create domain ${quoteQualified(domain)} as ${sqlType(domain.base)}`]
  if (domain.collate !== null) words.push(`collate ${quote(domain.collate)}`)
  if (domain.default !== null) words.push(`default ${defaultExpression(domain.base, domain.default)}`)
  if (domain.notNull) words.push('not null')
  return [...words, ...domain.checks.map(checkClause)].join(' ')
}

/** `create type … as (…)`, unless there is a composite of this name. */
export function createComposite(composite: CompositeModel): string {
  return guarded(
    // By its relation, because every table has a composite type of its name too.
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${creationSchema(composite)} and c.relname = ${literal(composite.name)} and c.relkind = 'c'`,
    compositeStatement(composite),
  )
}

/** `create type … as (…)`. */
export function compositeStatement(composite: CompositeModel): string {
  const fields = composite.fields.map(field => `${quote(field.name)} ${sqlType(field.type)}`).join(', ')
  return `create type ${quoteQualified(composite)} as (${fields})`
}

function typeOf(kind: 'd' | 'e', named: QualifiedName): string {
  return `select from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname = ${creationSchema(named)} and t.typname = ${literal(named.name)} and t.typtype = '${kind}'`
}
