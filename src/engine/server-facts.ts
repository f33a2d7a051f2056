/** What a server says of itself. */
import type { Statement } from '../base/statement.ts'
import { isLost } from './behind.ts'
import { Call } from './call.ts'
import type { Driver } from './driver.ts'

/** Of which cluster a server is, whether it follows another, and how transactions on it see others. */
export interface ServerFacts {
  readonly system: string | null
  readonly follows: boolean
  readonly isolation: string
}

/** Asks a server. @param patience milliseconds that a connection is waited for */
export async function factsOf(driver: Driver, patience: number): Promise<ServerFacts> {
  const ask = (system: string): Statement => ({
    text: `select ${system}, pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('default_transaction_isolation')`,
    values: [],
  })
  const { rows } = await new Call().on(driver.acquire(), patience, isLost, async connection => {
    try {
      return await connection.run(ask('(select system_identifier from pg_catalog.pg_control_system())'))
    } catch (error) {
      // A service may keep this function to itself.
      if (error instanceof Error && 'code' in error && error.code === '42501') return await connection.run(ask('null'))
      throw error
    }
  })
  const [system = null, follows, isolation] = rows[0] ?? []
  return { system, follows: follows === 't', isolation: isolation ?? '' }
}
