/** Questions to whoever sits at the terminal. */
import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'

/**
 * Asks on the terminal; an end of input is a no.
 * @param interrupted called for Ctrl-C, which the terminal hands over as a key while it is read
 */
export function asking(
  input: Readable,
  output: Writable,
  interrupted: () => void,
): (question: string) => Promise<boolean> {
  return question =>
    new Promise(resolve => {
      const reader = createInterface({ input, output })
      reader.on('SIGINT', interrupted)
      reader.on('close', () => resolve(false))
      void reader.question(`${question} [y/N] `).then(answer => {
        resolve(/^\s*y(es)?\s*$/i.test(answer))
        reader.close()
      })
    })
}
