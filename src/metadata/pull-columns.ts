/** The columns of a table as they are written: also those that functions of a person's own make, and those that are spread in. */
import { isDeepStrictEqual } from 'node:util'
import type { AnyColumn, AnyColumns } from '../../types/literal.ts'
import type { KeptColumn, KeptTable } from './kept.ts'
import { columnSource, type TypeConstants } from './pull-column.ts'
import { keyText, type Source } from './source-text.ts'

type Entry = readonly [key: string, source: Source]

/** @param was the columns as the text made them */
export function columnEntries(
  columns: AnyColumns,
  constants: TypeConstants,
  kept: KeptTable | undefined,
  was: AnyColumns | undefined,
): Entry[] {
  const spread = spreadIn(columns, constants, kept, was)
  const entries: Entry[] = []
  for (const [name, column] of Object.entries(columns)) {
    if (spread?.names.includes(name)) {
      // It stands where the first of them does; a member that is its own key is written as that.
      if (spread.names[0] === name) entries.push([spread.text, spread.text])
      continue
    }
    const call = kept?.calls.get(name)
    const made = was?.[name]
    entries.push([
      keyText(name),
      call !== undefined && made !== undefined && isAsMade(column, made, constants)
        ? call
        : columnSource(column, constants, kept?.columns.get(name) ?? factsOf(made)),
    ])
  }
  return entries
}

/** What is spread in, when it is one thing and the database has its columns as it makes them. */
function spreadIn(
  columns: AnyColumns,
  constants: TypeConstants,
  kept: KeptTable | undefined,
  was: AnyColumns | undefined,
): { readonly text: string; readonly names: readonly string[] } | null {
  const [text] = kept?.spreads ?? []
  if (text === undefined || kept?.spreads.length !== 1 || was === undefined) return null
  const names = Object.keys(was).filter(name => !kept.columns.has(name) && !kept.calls.has(name))
  const isWhole = names.every(name => {
    const [column, made] = [columns[name], was[name]]
    return column !== undefined && made !== undefined && isAsMade(column, made, constants)
  })
  // In the order of the database, in which the columns are written.
  return isWhole ? { text, names: Object.keys(columns).filter(name => names.includes(name)) } : null
}

/** Whether the column, with what no database holds of the one that was made, is written as that would be. */
function isAsMade(column: AnyColumn, made: AnyColumn, constants: TypeConstants): boolean {
  return isDeepStrictEqual(
    inOrder(columnSource(column, constants, factsOf(made))),
    inOrder(columnSource(made, constants)),
  )
}

/** The same options, in whichever order they are said. */
function inOrder(source: Source): Source {
  if (typeof source === 'string') return source
  if ('array' in source) return { array: source.array.map(inOrder) }
  if ('call' in source) return { ...source, arguments: source.arguments.map(inOrder) }
  const members = source.object.map(([key, value]) => [key, inOrder(value)] as const)
  return { object: members.toSorted(([one], [other]) => (one < other ? -1 : 1)) }
}

/** What no database holds of a column; what only text says of it, as the type of JSON, is not here. */
function factsOf(column: AnyColumn | undefined): KeptColumn | undefined {
  if (column === undefined) return undefined
  return {
    call: column.type,
    stated: undefined,
    mode: column.mode,
    isVersion: column.version === true,
    hasDefault: column.default !== undefined,
    renamedFrom: column.renamedFrom,
    codec: undefined,
    of: factsOf(column.of),
  }
}
