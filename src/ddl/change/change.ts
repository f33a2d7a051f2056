/** How changes are written down: those that have nothing to say of locks and hazards say nothing. */
import { quoteQualified } from '../../base/identifier.ts'
import type { Change, Hazard, HazardKind, TableLock, LockMode } from '../../schema/change.ts'
import type { QualifiedName } from '../../schema/model.ts'

type Rest = Omit<Change, 'kind' | 'object' | 'sql'>

const quiet: Rest = { inverse: null, locks: [], rewrites: false, scans: false, transaction: 'shared', hazards: [] }

/** A change with what is said of it, and otherwise without locks and hazards, in a transaction with its neighbours. */
export function change(kind: string, object: string, sql: string, rest: Partial<Rest> = {}): Change {
  return { kind, object, sql, ...quiet, ...rest }
}

/** What people call a thing: its names without `public`, and without quotes. */
export function label(named: QualifiedName, part?: string): string {
  const own = named.schema === 'public' ? named.name : `${named.schema}.${named.name}`
  return part === undefined ? own : `${own}.${part}`
}

/** Locks of one mode on each of these. */
export function locked(mode: LockMode, ...relations: readonly QualifiedName[]): TableLock[] {
  return relations.map(relation => ({ mode, on: quoteQualified(relation) }))
}

/** `alter table … action`. */
export function alterTable(table: QualifiedName, action: string): string {
  return `alter table ${quoteQualified(table)} ${action}`
}

/** A danger to the rows of a relation, or, where that is null, one that does not depend on rows. */
export function hazard(
  kind: HazardKind,
  change: string,
  object: string,
  message: string,
  rows: QualifiedName | null,
): Hazard {
  const allow = `${change.replaceAll(' ', '-')}:${object}`
  return { kind, allow, message, rows: rows === null ? null : quoteQualified(rows) }
}
