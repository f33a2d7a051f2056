/** Views and materialized views. */
import { quoteQualified } from '../base/identifier.ts'
import type { ViewModel } from '../schema/model.ts'
import { statementText } from './fragment-text.ts'
import { storageClause } from './storage.ts'

/** The statement that makes the view. A plain one replaces what stands, a materialized one leaves it alone. */
export function createView(view: ViewModel): string {
  return viewText(view, view.materialized ? 'create materialized view if not exists' : 'create or replace view')
}

/** `create view` or `create materialized view`, where none stands. */
export function viewStatement(view: ViewModel): string {
  return viewText(view, `create ${viewWord(view)}`)
}

function viewText(view: ViewModel, start: string): string {
  const storage = view.with.length === 0 ? '' : ` ${storageClause(view.with)}`
  const text = `${start} ${quoteQualified(view)}${storage} as\n${statementText(view.as).trimEnd()}`
  return view.materialized && !view.withData ? `${text}\nwith no data` : text
}

/** `view` or `materialized view`: what `drop` and `comment` call it. */
export function viewWord(view: ViewModel): string {
  return view.materialized ? 'materialized view' : 'view'
}
