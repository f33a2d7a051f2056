import { sentence } from '../base/messages.ts'
import { type Holder, type HolderReport, inWords } from './holder.ts'
import { StatementError } from './statement-error.ts'

/** So many holders are told of in the message; `holders` has all. */
const told = 10

/**
 * No connection came free in time. Nothing was sent, so what needed one may be tried again; `holders` says who has them: how long, from
 * where, and for how long without a statement.
 */
export class PoolExhausted extends StatementError {
  override readonly name = 'PoolExhausted'
  override readonly retryable: boolean = true
  /** How many connections there are, and may be. */
  readonly connections: number
  /** Those of this engine that hold one, the longest first. */
  readonly holders: readonly HolderReport[]
  /** Milliseconds that were waited. */
  readonly waited: number

  /** @param others how many connections are held by somebody else than this engine, or are being opened */
  constructor(waited: number, connections: number, holders: Iterable<Holder>, options?: ErrorOptions) {
    const reports = [...holders].map(one => one.report()).sort((a, b) => b.held - a.held)
    const others = connections - reports.length
    const parts = reports.slice(0, told).map(inWords)
    if (reports.length > told) parts.push(`${reports.length - told} more of this engine`)
    if (others > 0) parts.push(`${others} held elsewhere or being opened`)
    super(
      sentence('poolExhausted', [String(Math.round(waited)), String(connections), parts.join('; ')]),
      { sqlState: '', constraint: null, table: null, columns: [], sql: '' },
      options,
    )
    this.connections = connections
    this.holders = reports
    this.waited = waited
  }
}
