/** Whether materialized views have their rows: that is of what was done with them, so that one which has them is as good as one that need not. */
import { quoteQualified } from '../../base/identifier.ts'
import { change, label, locked } from '../../ddl/change/change.ts'
import { viewStatement } from '../../ddl/view.ts'
import type { Change } from '../../schema/change.ts'
import type { ViewModel } from '../../schema/model.ts'

/** Whether two views are made in the same way. */
export function isSameView(was: ViewModel, is: ViewModel): boolean {
  return viewStatement(was) === viewStatement({ ...is, withData: was.withData })
}

/** The view as it is made again: with rows where it had them. */
export function asFilled(was: ViewModel | undefined, is: ViewModel): ViewModel {
  return { ...is, withData: is.withData || (was?.materialized === true && was.withData) }
}

/** One that has no rows yet, and shall have them. */
export function fillView(was: ViewModel, is: ViewModel): Change[] {
  if (was.withData || !is.withData) return []
  const sql = `refresh materialized view ${quoteQualified(is)}`
  return [change('refresh materialized view', label(is), sql, { locks: locked('ACCESS EXCLUSIVE', is) })]
}
