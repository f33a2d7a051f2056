/** Domains that call what is taken away and made again: they do without it for the while. */
import { alterDomain } from '../../ddl/change/type.ts'
import { checkClause } from '../../ddl/constraint.ts'
import { defaultExpression } from '../../ddl/default.ts'
import type { Change } from '../../schema/change.ts'
import type { DomainModel } from '../../schema/model.ts'
import { callsRemade, type Comparison, namesRemade } from './comparison.ts'
import { nameOf } from './identity.ts'
import { paired } from './pairs.ts'

/** The checks and defaults that go before what they call. */
export function brokenDomains(comparison: Comparison): Change[] {
  return comparison.from.types.flatMap(type =>
    type.kind === 'domain' ? (alterDomain(type, unbroken(comparison, type)) ?? []) : [],
  )
}

/** The domain less what names something that is made again. */
export function unbroken(comparison: Comparison, domain: DomainModel): DomainModel {
  const stays = comparison.to.types.some(one => nameOf(one) === nameOf(domain))
  const isAltered = stays && !comparison.remadeTypes.has(nameOf(domain))
  const isBroken = (text: string): boolean =>
    isAltered ? namesRemade(comparison, text) : callsRemade(comparison, text)
  const isDefaultBroken = domain.default !== null && isBroken(defaultExpression(domain.base, domain.default))
  return {
    ...domain,
    default: isDefaultBroken ? null : domain.default,
    checks: domain.checks.filter(check => !isBroken(checkClause(check))),
  }
}

/** The checks of domains that go and come back under their names, each with its domain. */
export function checksAgain(comparison: Comparison): (readonly [check: string, domain: DomainModel])[] {
  return paired(comparison.from.types, comparison.to.types, nameOf).both.flatMap(([was, is]) => {
    if (was.kind !== 'domain' || is.kind !== 'domain') return []
    const isRemade = comparison.remadeTypes.has(nameOf(is))
    const stand = new Set(isRemade ? [] : unbroken(comparison, was).checks.map(checkClause))
    return is.checks.filter(check => !stand.has(checkClause(check))).map(check => [check.name, is] as const)
  })
}
