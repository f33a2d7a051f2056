/** Where the columns of several tables stand in the rows of one statement: those of one type in each table's rows share a place. */
import type { ColumnModel, TypeModel } from '../schema/model.ts'
import { sqlType } from '../schema/sql-type.ts'
import { arrayShape, isCustomJson, partOf } from '../schema/type-part.ts'
import { valueType } from './insert.ts'

/** The places of a level's values: of what tells whose the row is, and then of its columns. */
export interface Placed {
  readonly places: readonly number[]
}

export interface Places {
  /** The type of each place, as SQL. */
  readonly types: readonly string[]
  readonly levels: readonly (readonly number[])[]
}

export function places(
  levels: readonly { readonly lead: readonly ColumnModel[]; readonly columns: readonly ColumnModel[] }[],
): Places {
  const types: string[] = []
  const byKey = new Map<string, number[]>()
  const found = levels.map(({ lead, columns }) => {
    const used = new Map<string, number>()
    return [...lead, ...columns].map(({ type }) => {
      const key = wireKey(type)
      const count = used.get(key) ?? 0
      used.set(key, count + 1)
      const known = byKey.get(key) ?? []
      byKey.set(key, known)
      const place = known[count] ?? types.push(plainSql(type)) - 1
      known[count] = place
      return place
    })
  })
  return { types, levels: found }
}

/** A domain's values come as those of its base; NULL, which some domains refuse, is one of these. */
function plainSql(type: TypeModel): string {
  if (type.kind === 'domain') return plainSql(partOf(type, 'domain').base)
  return isCustomJson(type) ? sqlType(type) : valueType(type)
}

/** Two types with the same key come alike and are asked for in the same form. */
function wireKey(type: TypeModel): string {
  if (type.kind === 'domain') return wireKey(partOf(type, 'domain').base)
  const element = type.kind === 'array' ? wireKey(arrayShape(type).element) : ''
  return `${plainSql(type)}|${type.mode ?? ''}|${element}`
}
