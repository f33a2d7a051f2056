/** Policies that take other conditions or roles as they stand, so that the table is never without them. */
import { change, hazard, label, locked } from '../../ddl/change/change.ts'
import { alterPolicyStatement, policyStatement } from '../../ddl/policy.ts'
import type { Change } from '../../schema/change.ts'
import type { TableModel } from '../../schema/model.ts'
import { isGoneGenerated } from './column-fates.ts'
import { mentions } from './mention.ts'
import type { Unmade } from './remade-raw.ts'
import { goneFirst } from './replaced-views.ts'

type Policy = TableModel['policies'][number]

/**
 * Whether `alter policy` does for one that holds on to nothing which is made again: its command stays, and so does whether it is restrictive.
 * Postgres takes no condition away.
 */
export function alterablePolicies({
  from,
  to,
  tables,
}: Unmade): (was: TableModel, is: TableModel, old: Policy, policy: Policy) => boolean {
  const first = goneFirst({ from, to, tables })
  return (was, is, old, policy) => {
    const text = policyStatement(was, old)
    return (
      formOf(old) === formOf(policy) &&
      !first.some(one => mentions(text, one)) &&
      !was.columns.some(column => isGoneGenerated(is, column))
    )
  }
}

function formOf({ as, for: command, using, withCheck }: Policy): string {
  return [as === 'restrictive', command ?? 'all', using === undefined, withCheck === undefined].join()
}

export function alterPolicy(was: TableModel, is: TableModel, old: Policy, policy: Policy): Change {
  const object = label(is, policy.name)
  const isHeld = was.rowSecurity !== 'off' && is.rowSecurity !== 'off'
  const message = `'${object}' lets other rows through than before`
  return change('alter policy', object, alterPolicyStatement(is, policy), {
    inverse: alterPolicyStatement(is, old),
    locks: locked('ACCESS EXCLUSIVE', is),
    hazards: isHeld ? [hazard('access', 'alter policy', object, message, null)] : [],
  })
}
