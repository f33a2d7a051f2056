/** A connection to a replica, lent for a transaction that reads. */
import { isLost } from './behind.ts'
import type { Connection } from './driver.ts'
import { ForwardingConnection } from './forwarding-connection.ts'

export class ReplicaConnection extends ForwardingConnection {
  override readonly isReplica = true
  readonly #onRelease: (isLost: boolean) => void
  #state: 'held' | 'released' = 'held'

  /** @param onRelease called once */
  constructor(connection: Connection, onRelease: (isLost: boolean) => void) {
    super(connection)
    this.#onRelease = onRelease
  }

  override release(broken?: Error): void {
    if (this.#state === 'held') this.#onRelease(broken !== undefined && isLost(broken))
    this.#state = 'released'
    super.release(broken)
  }
}
