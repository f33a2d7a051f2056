/** Makes the stack of an error end in the line that called cupel. */

/** This package's own files: what is beside `src/` or `dist/`, whichever runs. */
const own = new URL('..', import.meta.url)
const ownPaths = [own.href, decodeURIComponent(own.pathname)]
const frames = 40

/** Runs what makes an error with room for the frames of every layer between the driver and the caller. */
export function withLongStack<Made>(make: () => Made): Made {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = frames
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** Takes cupel's and Kysely's frames from the top of a stack, unless nothing else would be left. */
export function endInCaller(error: Error): void {
  const lines = error.stack?.split('\n') ?? []
  const first = lines.findIndex(line => /^\s+at /.test(line))
  const caller = lines.findIndex((line, index) => index >= first && /^\s+at /.test(line) && !isOwn(line))
  if (first < 0 || caller < 0) return
  const stack = [...lines.slice(0, first), ...lines.slice(caller)].join('\n')
  Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true, enumerable: false })
}

/** The first place of a stack that is neither cupel's nor Kysely's, as `file:line:column`; null where there is none. */
export function callerIn(stack: string): string | null {
  const line = stack.split('\n').find(one => /^\s+at /.test(one) && !isOwn(one))
  return line?.match(/\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/)?.[1]?.replace(/^file:\/\//, '') ?? null
}

function isOwn(line: string): boolean {
  return (
    ownPaths.some(path => line.includes(path)) ||
    /node_modules\/(kysely|pg|pg-pool|@electric-sql)\//.test(line) ||
    /\(?node:internal\//.test(line) ||
    /\(<anonymous>\)$/.test(line)
  )
}
