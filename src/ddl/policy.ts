/** Row security. */
import { literal, quote, quoteQualified } from '../base/identifier.ts'
import type { QualifiedName, TableModel } from '../schema/model.ts'
import { fragmentText } from './fragment-text.ts'
import { guarded } from './guard.ts'

type PolicyModel = TableModel['policies'][number]

/** Roles that are words of the grammar; quoted, they would be names. */
const roleWords: ReadonlySet<string> = new Set(['public', 'current_role', 'current_user', 'session_user'])

/** `alter table … enable row level security`, which may be run again. */
export function enableRowSecurity(table: QualifiedName): string {
  return `alter table ${quoteQualified(table)} enable row level security`
}

/** `alter table … force row level security`: the table's owner is held to the policies too. */
export function forceRowSecurity(table: QualifiedName): string {
  return `alter table ${quoteQualified(table)} force row level security`
}

/** `alter table … disable row level security`. */
export function disableRowSecurity(table: QualifiedName): string {
  return `alter table ${quoteQualified(table)} disable row level security`
}

/** `alter table … no force row level security`. */
export function unforceRowSecurity(table: QualifiedName): string {
  return `alter table ${quoteQualified(table)} no force row level security`
}

/** `create policy`, unless the table has one of this name. */
export function createPolicy(table: QualifiedName, policy: PolicyModel): string {
  return guarded(
    `select from pg_policy where polrelid = ${literal(quoteQualified(table))}::regclass and polname = ${literal(policy.name)}`,
    policyStatement(table, policy),
  )
}

/** `create policy`. */
export function policyStatement(table: QualifiedName, policy: PolicyModel): string {
  const words = [`create policy ${quote(policy.name)} on ${quoteQualified(table)}`]
  if (policy.as === 'restrictive') words.push('as restrictive')
  if (policy.for !== undefined && policy.for !== 'all') words.push(`for ${policy.for}`)
  if (policy.to !== undefined && policy.to.length > 0) words.push(toRoles(policy.to))
  return [...words, ...conditions(policy)].join(' ')
}

/** `alter policy`, to the roles and conditions of this one. */
export function alterPolicyStatement(table: QualifiedName, policy: PolicyModel): string {
  const roles = policy.to === undefined || policy.to.length === 0 ? ['public'] : policy.to
  const start = `alter policy ${quote(policy.name)} on ${quoteQualified(table)} ${toRoles(roles)}`
  return [start, ...conditions(policy)].join(' ')
}

function toRoles(names: readonly string[]): string {
  return `to ${names.map(role).join(', ')}`
}

function conditions({ using, withCheck }: PolicyModel): string[] {
  return [
    ...(using === undefined ? [] : [`using (${fragmentText(using)})`]),
    ...(withCheck === undefined ? [] : [`with check (${fragmentText(withCheck)})`]),
  ]
}

function role(name: string): string {
  return roleWords.has(name) ? name : quote(name)
}
