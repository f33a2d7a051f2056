/** How the rows of a statement over several levels are read, and sorted by their levels. */
import type { RawField, RowReader, RowReaders } from '../engine/driver.ts'
import type { TableModel } from '../schema/model.ts'
import { binaryColumn, textColumn } from '../sql/column-reader.ts'
import type { TreeSelection } from '../sql/select-tree.ts'
import { type TreeColumn, treeReader, type TreeRow } from '../sql/tree-reader.ts'
import type { Values } from './record.ts'
import type { Led } from './returned.ts'

/** PERF: compiling readers takes as long as reading some hundred rows, so that of the same levels they are made once. */
const known = new WeakMap<TableModel, Map<string, RowReaders<TreeRow>>>()

/** @param table that of the first level */
export function treeReaders(table: TableModel, selection: TreeSelection): RowReaders<TreeRow> {
  const byName = known.get(table) ?? new Map<string, RowReaders<TreeRow>>()
  known.set(table, byName)
  const name = `${selection.ahead}\0${selection.levels.map(levelName).join('\0\0')}`
  const found = byName.get(name) ?? makeReaders(selection)
  byName.set(name, found)
  return found
}

/** What is read of a level, and where it stands. */
function levelName({ table, lead, columns, places }: TreeSelection['levels'][number]): string {
  return [table.key, lead.length, ...columns.map(({ key }) => key), ...places].join('\0')
}

function makeReaders({ levels, ahead }: TreeSelection): RowReaders<TreeRow> {
  const reader = (fields: readonly RawField[]): RowReader<TreeRow> => {
    const oidAt = (place: number): number => fields[ahead + place]?.typeOid ?? 0
    const formats: (0 | 1)[] = fields.map(() => 0)
    const columnsIn = (isMixed: boolean): TreeColumn[][] =>
      levels.map(({ lead, columns, places }) =>
        [...lead, ...columns].map(({ key, type }, at) => {
          const isLead = at < lead.length
          const place = places[at] ?? 0
          const binary = isMixed ? binaryColumn(type, oidAt(place)) : null
          if (binary !== null) formats[ahead + place] = 1
          return { place, name: isLead ? String(at) : key, isLead, read: binary ?? textColumn(type) }
        }),
      )
    const text = treeReader(columnsIn(false), ahead)
    const mixed = treeReader(columnsIn(true), ahead)
    return formats.includes(1) ? { formats, text, mixed } : { formats: [], text, mixed: text }
  }
  return { reader, learn: async fields => reader(fields) }
}

/** The rows of each level, as a statement for it alone would give them. */
export function rowsByLevel({ levels }: TreeSelection, rows: readonly TreeRow[]): (Values | Led)[][] {
  const sorted = levels.map((): (Values | Led)[] => [])
  for (const { level, lead, row } of rows) sorted[level]?.push(lead === null ? row : { lead, row })
  return sorted
}
