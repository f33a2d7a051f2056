/** What a change of a database is: one statement, what it locks, and what it can break. */

/** Postgres's table-level locks, the weakest first. */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const

export type LockMode = (typeof lockModes)[number]

export interface TableLock {
  readonly mode: LockMode
  /** The relation that stood before and is locked, as SQL writes it. */
  readonly on: string
}

/**
 * `blocks`: others wait while rows are read or written anew. `may fail`: rows that are there can stand against it. `access`: others can see or do
 * more or less. `stale`: what is kept was computed by what was before.
 */
export type HazardKind = 'data loss' | 'blocks' | 'may fail' | 'irreversible' | 'access' | 'stale'

export interface Hazard {
  readonly kind: HazardKind
  /** What `allow` takes, as `drop-column:users.name`; objects have the database's names. */
  readonly allow: string
  /** A sentence for people. */
  readonly message: string
  /** The relation whose rows are in danger, as SQL writes it: where it has none, there is no hazard. Null: rows or not. */
  readonly rows: string | null
}

/** One statement of a plan. */
export interface Change {
  /** What is done, in Postgres's words: `add column`, `validate constraint`. */
  readonly kind: string
  /** What it is done to, by the database's names, without `public`: `users.name`. */
  readonly object: string
  readonly sql: string
  /**
   * The statement that undoes it, as far as the schema goes; null where there is none, or nothing is left to undo once the changes before it are
   * undone. The way back of a whole plan is its `back`.
   */
  readonly inverse: string | null
  /** The locks on what stood before, each held until the end of the step. */
  readonly locks: readonly TableLock[]
  /** Whether the table's rows are written anew. */
  readonly rewrites: boolean
  /** Whether the table's rows are all read. */
  readonly scans: boolean
  /**
   * `shared`: in one transaction with its neighbours of this kind. `own`: in a transaction of its own, so that its lock is short or what
   * it makes can be used. `none`: Postgres refuses it within a transaction.
   */
  readonly transaction: 'shared' | 'own' | 'none'
  readonly hazards: readonly Hazard[]
}

/** What leads from one schema to another, in order. */
export interface Plan {
  readonly changes: readonly Change[]
  /** What leads from there back to the first, in order. Rows that are lost on the way do not come back. */
  readonly back: readonly Change[]
  /** What may be a rename or a drop and a creation, and was taken for the latter. */
  readonly questions: readonly Question[]
}

/** Something that is gone and something new that it may have become. */
export interface Question {
  readonly kind: 'table' | 'column' | 'enum value'
  /** As `renames` takes it: `users.name`, `users`, `user_role.member`. */
  readonly from: string
  /** The new names that it may have, each alone. */
  readonly to: readonly string[]
}
