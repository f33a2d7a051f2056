/** The settings of a connection, put back after what a migration sets: each step begins as the first one did. */
import { quote } from '../../base/identifier.ts'
import type { Lease } from '../../engine/lease.ts'

interface Setting {
  readonly name: string
  readonly value: string
}

// The view leaves the role out.
const settings = `select name, setting as value from pg_catalog.pg_settings where source = 'session'
  union all select 'role', pg_catalog.current_setting('role')`

export class SessionState {
  readonly #lease: Lease
  readonly #before: ReadonlyMap<string, string>

  private constructor(lease: Lease, before: ReadonlyMap<string, string>) {
    this.#lease = lease
    this.#before = before
  }

  static async of(lease: Lease): Promise<SessionState> {
    return new SessionState(lease, await read(lease))
  }

  async restore(): Promise<void> {
    const now = await read(this.#lease)
    for (const name of now.keys()) {
      // Only what this connection was given before is known; all else goes back to what the server, the database or the role have.
      if (!this.#before.has(name)) await this.#lease.run({ text: `reset ${quotePath(name)}`, values: [] })
    }
    for (const [name, value] of this.#before) {
      if (now.get(name) !== value)
        await this.#lease.run({ text: 'select pg_catalog.set_config($1, $2, false)', values: [name, value] })
    }
  }
}

async function read(lease: Lease): Promise<Map<string, string>> {
  const { rows } = await lease.execute<Setting>(settings)
  return new Map(rows.map(({ name, value }) => [name, value]))
}

function quotePath(name: string): string {
  return name.split('.').map(quote).join('.')
}
