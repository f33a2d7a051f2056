/** Triggers. */
import { literal, quote, quoteQualified } from '../base/identifier.ts'
import type { TableModel } from '../schema/model.ts'
import { fragmentText } from './fragment-text.ts'
import { guarded } from './guard.ts'

type TriggerModel = TableModel['triggers'][number]

/** `create trigger`, unless the table has one of this name. */
export function createTrigger(table: TableModel, trigger: TriggerModel): string {
  return guarded(
    `select from pg_trigger where tgrelid = ${literal(quoteQualified(table))}::regclass and tgname = ${literal(trigger.name)}`,
    triggerStatement(table, trigger),
  )
}

/**
 * `create trigger`. One that does not say `each` fires for each row, or, where that cannot be (`truncate`), for each
 * statement.
 */
export function triggerStatement(table: TableModel, trigger: TriggerModel): string {
  const each = trigger.each ?? (trigger.on.includes('truncate') ? 'statement' : 'row')
  const events = trigger.on.map(event => eventClause(table, event)).join(' or ')
  const words = [
    `create trigger ${quote(trigger.name)} ${trigger.when} ${events}`,
    `on ${quoteQualified(table)} for each ${each}`,
  ]
  if (trigger.condition !== undefined) words.push(`when (${fragmentText(trigger.condition)})`)
  words.push(`execute function ${fragmentText(trigger.execute)}`)
  return words.join(' ')
}

function eventClause(table: TableModel, event: TriggerModel['on'][number]): string {
  if (typeof event === 'string') return event
  return `update of ${event.update.map(column => quote(table.columnByKey.get(column)?.name ?? column)).join(', ')}`
}
