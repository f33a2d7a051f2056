/** What runs on a server is cancelled there when the program is asked to end; an embedded database stops with the program. */
import { createEngine } from '../index.ts'
import { pause } from '../metadata/migrate/retry.ts'

/** An address by which what the program does on the server can be told from what others do. */
export interface Cancellable {
  readonly url: string
  [Symbol.dispose](): void
}

/** How long, in milliseconds, a statement is waited for that can be cancelled, before connections are ended. */
const patience = 1000

/** @param signal aborted when the program is asked to end; the statement that runs then, or comes next, is cancelled */
export function cancellable(signal: AbortSignal, url: string): Cancellable {
  if (!/^postgres(?:ql)?:/i.test(url)) return { url, [Symbol.dispose]: () => {} }
  const name = `cupel ${process.pid}.${Math.random().toString(36).slice(2)}`
  let isOver = false
  // Nobody is left to be told of a failure: the program ends, and its connections with it.
  const onAbort = (): void => void cancelled(url, name, () => isOver).catch(() => {})
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  return {
    url: `${url}${url.includes('?') ? '&' : '?'}application_name=${encodeURIComponent(name)}`,
    [Symbol.dispose]() {
      isOver = true
      signal.removeEventListener('abort', onAbort)
    },
  }
}

/** Once: what is done to leave a database in order comes after. */
async function cancelled(url: string, name: string, isOver: () => boolean): Promise<void> {
  await using engine = createEngine(url, { pool: { max: 1 } })
  const began = performance.now()
  while (!isOver()) {
    const isLast = performance.now() - began > patience
    const found = await engine.execute(
      `select ${isLast ? 'pg_terminate_backend' : 'pg_cancel_backend'}(pid) from pg_catalog.pg_stat_activity where application_name = $1${isLast ? '' : ` and state = 'active'`}`,
      [name],
    )
    if (found.rowCount > 0 || isLast) return
    await pause(20)
  }
}
