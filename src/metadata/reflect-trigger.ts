/** Triggers and policies as the literal writes them. */
import type { Policy, Trigger } from '../../types/literal.ts'
import type { PolicyRow, TriggerRow } from './read-triggers.ts'
import { present, textFragment } from './text-fragment.ts'

/** Null where the literal has no words for it. */
export function triggerLiteral(row: TriggerRow): Trigger | null {
  const found = / FOR EACH (?:ROW|STATEMENT)(?: WHEN \((.*)\))? EXECUTE FUNCTION (.*)$/s.exec(row.definition)
  if (row.special || found === null) return null
  const [, condition, call = ''] = found
  const update = row.columns.length === 0 ? ('update' as const) : { update: row.columns }
  const isRow = (row.type & 1) !== 0
  return present({
    when:
      (row.type & 64) !== 0 ? ('instead of' as const) : (row.type & 2) !== 0 ? ('before' as const) : ('after' as const),
    on: [
      ...((row.type & 4) === 0 ? [] : (['insert'] as const)),
      ...((row.type & 16) === 0 ? [] : [update]),
      ...((row.type & 8) === 0 ? [] : (['delete'] as const)),
      ...((row.type & 32) === 0 ? [] : (['truncate'] as const)),
    ],
    each: isRow ? undefined : ('statement' as const),
    condition: condition === undefined ? undefined : textFragment(condition),
    execute: textFragment(call),
  })
}

const commands = { '*': 'all', r: 'select', a: 'insert', w: 'update', d: 'delete' } as const

export function policyLiteral(row: PolicyRow): Policy {
  return present({
    for: row.command === '*' ? undefined : commands[row.command],
    as: row.permissive ? undefined : ('restrictive' as const),
    to: row.roles.length === 1 && row.roles[0] === 'public' ? undefined : row.roles,
    using: row.using === null ? undefined : textFragment(row.using),
    withCheck: row.check === null ? undefined : textFragment(row.check),
  })
}
