/** What others notify of, as it comes. */
import { EngineError } from '../base/errors.ts'
import { byteLength, maxNameBytes } from '../base/identifier.ts'
import { typeName } from '../schema/type-name.ts'
import type { Driver, Notification } from './driver.ts'

export interface ListenOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal
  /**
   * Called when the database listens: at first, and with `true` each time the connection was lost and is there again. What was
   * notified meanwhile was heard by nobody, so this is the moment to look at the data.
   */
  readonly onListening?: (again: boolean) => void
}

/** The longest payload of a notification in bytes (PostgreSQL manual, "NOTIFY": shorter than 8000). */
const maxPayload = 7999
/** Milliseconds between attempts to reach a server that is gone: the first, and the longest. */
const [firstPause, longestPause] = [50, 5000]

/** @throws EngineError for a name that Postgres would cut or refuse */
export function checkChannel(channel: string): void {
  if (typeof channel !== 'string') throw new EngineError('wrongChannel', [typeName(channel)])
  if (channel === '' || channel.includes('\0'))
    throw new EngineError('wrongChannel', ['an empty one or one with U+0000'])
  if (byteLength(channel) > maxNameBytes) throw new EngineError('wrongChannel', [`one of ${byteLength(channel)}`])
}

/** @throws EngineError for one that Postgres does not carry */
export function checkPayload(payload: string): void {
  if (typeof payload !== 'string') throw new EngineError('wrongPayload', [typeName(payload)])
  const size = Buffer.byteLength(payload)
  if (size > maxPayload) throw new EngineError('wrongPayload', [`one of ${size}`])
}

/**
 * Notifications of one channel. A connection that is lost is made again, with ever longer pauses.
 * @param failure makes of a driver's error the one that the caller sees; it is thrown when the first connection fails
 */
export async function* listen(
  driver: Driver,
  channel: string,
  { signal, onListening }: ListenOptions,
  failure: (error: unknown) => Error,
): AsyncGenerator<Notification, void, undefined> {
  checkChannel(channel)
  const heard: Notification[] = []
  let state: 'listening' | 'lost' | 'over' = 'lost'
  let wake = (): void => {}
  const end = (): void => {
    state = 'over'
    wake()
  }
  signal?.addEventListener('abort', end)
  if (signal?.aborted) end()
  let stop = async (): Promise<void> => {}
  // What ends the loop is set from outside of it, which the compiler does not see.
  const isOver = (): boolean => state === 'over'
  try {
    for (let attempt = 0, again = false; !isOver(); ) {
      if (state === 'lost') {
        try {
          state = 'listening'
          stop = await driver.listen(
            channel,
            one => {
              heard.push(one)
              wake()
            },
            isDisposed => {
              if (isDisposed) return end()
              if (state === 'listening') state = 'lost'
              wake()
            },
          )
        } catch (error) {
          if (!again) throw failure(error)
          if (isOver()) break
          state = 'lost'
          await sleep(
            Math.min(firstPause * 2 ** attempt++, longestPause) * (0.5 + Math.random() / 2),
            done => (wake = done),
          )
          continue
        }
        attempt = 0
        onListening?.(again)
        again = true
        continue
      }
      const next = heard.shift()
      if (next !== undefined) yield next
      else await new Promise<void>(resolve => (wake = resolve))
    }
  } finally {
    signal?.removeEventListener('abort', end)
    await stop()
  }
}

/** Waits, unless the function it hands out is called before. */
function sleep(milliseconds: number, early: (wake: () => void) => void): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds)
    early(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
