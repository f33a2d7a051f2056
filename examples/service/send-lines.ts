import { once } from 'node:events'
import type { Call } from './call.ts'

/** Characters that are gathered before they are written. */
const piece = 16_384
/** Milliseconds in which a client must take something: its connection to the database is wanted by others. */
const patience = 30_000

// docs: lines
/**
 * Sends rows as lines of JSON, as fast as the client takes them: while it does not, no row is asked of the database. The head goes with the
 * first piece, so that what fails before it is answered as any other failure.
 */
export async function sendLines(rows: AsyncIterable<unknown>, { response, signal }: Call): Promise<void> {
  response.setHeader('content-type', 'application/x-ndjson')
  let lines = ''
  for await (const row of rows) {
    lines += `${JSON.stringify(row)}\n`
    if (lines.length < piece) continue
    const isTaken = response.write(lines)
    lines = ''
    if (!isTaken) await once(response, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) })
  }
  response.end(lines)
}
