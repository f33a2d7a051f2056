/** How other transactions are kept from a row, until this one ends. The words are Postgres's. */
export type LockMode = 'update' | 'no key update' | 'share' | 'key share'

/** A lock, and what happens when somebody else has one: by default the statement waits. */
export type Lock = LockMode | { readonly mode: LockMode; readonly skipLocked?: boolean; readonly noWait?: boolean }
