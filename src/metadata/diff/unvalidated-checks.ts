/** Checks that the rows of a table were not held to, and shall be: they are validated as they stand. */
import { quote } from '../../base/identifier.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { CheckModel, Model, TableModel } from '../../schema/model.ts'
import { nameOf } from './identity.ts'
import { paired } from './pairs.ts'
import { rawName } from './raw-locks.ts'
import { withTables } from './with-tables.ts'

export interface Unvalidated {
  /** The model with these checks as any others, where they were kept as SQL. */
  readonly from: Model
  readonly checks: ReadonlySet<CheckModel>
}

export function unvalidatedChecks(from: Model, to: Model): Unvalidated {
  const notValid = new Map(
    from.raw
      .filter(raw => raw.kind === 'constraint' && / not valid$/i.test(rawStatement(raw)))
      .map(raw => [raw.name, raw]),
  )
  const found = new Set<Model['raw'][number]>()
  const checks = new Set<CheckModel>()
  const tables = new Map<TableModel, TableModel>()
  if (notValid.size > 0) {
    for (const [was, is] of paired(from.tables, to.tables, nameOf).both) {
      const own = is.checks.filter(check => {
        const raw = notValid.get(`constraint ${quote(check.name)} on ${rawName(is)}`)
        if (raw === undefined || !says(rawStatement(raw), check)) return false
        found.add(raw)
        return true
      })
      for (const check of own) checks.add(check)
      if (own.length > 0) tables.set(was, { ...was, checks: [...was.checks, ...own] })
    }
  }
  return { from: { ...withTables(from, tables), raw: from.raw.filter(raw => !found.has(raw)) }, checks }
}

function says(statement: string, check: CheckModel): boolean {
  const [, condition] = / add constraint "(?:[^"]|"")+" check \(([^]*)\) not valid$/i.exec(statement) ?? []
  return !check.noInherit && condition === fragmentText(check.condition)
}
