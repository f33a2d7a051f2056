/** Rows read from the messages that carry them: by a function compiled for their columns, or by a plain loop where code may not be made. */
import type { ReadBytes } from './column-reader.ts'

/** Makes a row of a DataRow message; its count of columns stands at the place given. */
export type ReadRow<Row = unknown> = (message: Buffer, at: number) => Row

/** One column: its key in the row, and how its value is read. */
export interface ColumnReader {
  readonly name: string
  readonly read: ReadBytes
}

/** Past this, one function would be longer than V8 optimizes. */
const maxCompiled = 200

/** Whether code may be made at run time: `--disallow-code-generation-from-strings` and content policies forbid it. */
export const canCompile: boolean = ((): boolean => {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
})()

/**
 * Reads rows of the columns into objects with their names as keys, in their order; of two columns with one name, the last is
 * kept. Both ways give the same.
 */
export function rowReader(
  columns: readonly ColumnReader[],
  way: 'compiled' | 'plain' = canCompile ? 'compiled' : 'plain',
): ReadRow<Record<string, unknown>> {
  return way === 'compiled' && columns.length <= maxCompiled ? compiled(columns) : plain(columns)
}

/** The length of a value in a message; -1 for null. */
export function sizeAt(message: Buffer, at: number): number {
  // Out of range cannot be: a row has as many values as its description has columns.
  return (
    ((message[at] as number) << 24) |
    ((message[at + 1] as number) << 16) |
    ((message[at + 2] as number) << 8) |
    (message[at + 3] as number)
  )
}

function plain(columns: readonly ColumnReader[]): ReadRow<Record<string, unknown>> {
  // Copying an object of the final shape is cheaper than growing one, and makes `__proto__` a column like any other.
  const template: Record<string, unknown> = Object.fromEntries(columns.map(({ name }) => [name, null]))
  return (message, start) => {
    const row = { ...template }
    let at = start + 2
    for (const { name, read } of columns) {
      const size = sizeAt(message, at)
      at += 4
      row[name] = size < 0 ? null : read(message, at, size)
      if (size > 0) at += size
    }
    return row
  }
}

function compiled(columns: readonly ColumnReader[]): ReadRow<Record<string, unknown>> {
  const steps = columns.map(
    (_, at) => `size = m[at] << 24 | m[at + 1] << 16 | m[at + 2] << 8 | m[at + 3]
  at += 4
  let v${at} = null
  if (size >= 0) {
    v${at} = r${at}(m, at, size)
    at += size
  }`,
  )
  // In brackets, `__proto__` is a key like any other.
  const entries = columns.map(({ name }, at) => `${columnKey(name)}: v${at}`)
  const body = `'use strict'
return function row(m, start) {
  let at = start + 2
  let size = 0
  ${steps.join('\n  ')}
  return { ${entries.join(', ')} }
}`
  const make = new Function(...columns.map((_, at) => `r${at}`), body)
  // What was compiled just above.
  return make(...columns.map(({ read }) => read)) as ReadRow<Record<string, unknown>>
}

/** A column's name as a key in code. */
export function columnKey(name: string): string {
  const text = JSON.stringify(name)
  return name === '__proto__' ? `[${text}]` : text
}

/** Reads a row as the texts of its values. */
export function textsReader(count: number): ReadRow<(string | null)[]> {
  return (message, start) => {
    const texts: (string | null)[] = []
    let at = start + 2
    for (let column = 0; column < count; column++) {
      const size = sizeAt(message, at)
      at += 4
      texts.push(size < 0 ? null : message.toString('utf8', at, at + size))
      if (size > 0) at += size
    }
    return texts
  }
}
