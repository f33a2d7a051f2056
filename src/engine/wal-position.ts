/** How far a server's log was written, and how far another has replayed it (PostgreSQL manual, "Backup Control Functions"). */
import type { Statement } from '../base/statement.ts'

/**
 * Asks a primary for the end of all that was inserted into its log, on disk or not: behind whatever was committed, also where commits
 * do not wait for the disk. Null from a server that follows another.
 */
export const askPosition: Statement = {
  text: 'select case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_current_wal_insert_lsn() end',
  values: [],
}

/** Asks a server whether it follows another, and whether it has replayed up to a position. */
export function askReached(position: string): Statement {
  return {
    text: `select pg_catalog.pg_is_in_recovery(), coalesce(pg_catalog.pg_last_wal_replay_lsn(), '0/0') >= $1::pg_catalog.pg_lsn`,
    values: [position],
  }
}

/** A page of the log, and what stands at its start (PostgreSQL source, `XLogPageHeaderData`). */
const [pageSize, headerSize] = [8192n, 24n]

/**
 * A position that a server that has replayed everything reaches. What is written next to the end of a full page stands behind the next
 * page's header, and so the end is told; the one who replays has only come to the end of the page.
 */
export function reachable(position: string): string {
  const [high = '0', low = '0'] = position.split('/')
  const at = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
  return at % pageSize === headerSize ? written(at - headerSize) : position
}

function written(at: bigint): string {
  return `${(at >> 32n).toString(16).toUpperCase()}/${(at & 0xffff_ffffn).toString(16).toUpperCase()}`
}

/**
 * The position that a server must have reached to know what was written here. A write makes it unknown; the primary is asked for it with
 * the next read.
 */
export class OwnWrites {
  #count = 0
  #asked = 0
  #position = '0/0'

  /** Something was written, or may have been. */
  wrote(): void {
    this.#count++
  }

  /** How many writes there were; to be read before the primary is asked. */
  get count(): number {
    return this.#count
  }

  /** Where the last write is; null while that is not known. */
  get position(): string | null {
    return this.#asked === this.#count ? this.#position : null
  }

  /** Takes the primary's answer. @param count of the writes that had ended when it was asked */
  learn(count: number, position: string | null): void {
    // A server that follows another has no position of its own.
    if (position === null || count < this.#asked) return
    this.#asked = count
    this.#position = reachable(position)
  }
}
