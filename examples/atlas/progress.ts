/**
 * How far a long job is: a bar that redraws itself on a terminal, a line at each tenth elsewhere. It goes to stderr, so that
 * stdout is only answers.
 */

/** What a progress bar writes to; a process's stderr is one. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Progress {
  /** Counts so many more as done. */
  advance(count: number): void
}

const barWidth = 30

/** A progress bar for `total` things called `label`. It ends its line when the last one is done. */
export function progress(label: string, total: number, screen: Screen = process.stderr): Progress {
  let done = 0
  let tenths = 0
  return {
    advance(count) {
      done += count
      const share = total === 0 ? 1 : done / total
      const counted = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${label}`
      if (screen.isTTY) {
        const filled = Math.round(share * barWidth)
        screen.write(
          `\r\x1b[2K${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${counted}${done >= total ? '\n' : ''}`,
        )
        return
      }
      const reached = Math.floor(share * 10)
      if (reached > tenths) screen.write(`${counted}\n`)
      tenths = reached
    },
  }
}
