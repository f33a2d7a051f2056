/** An index as the literal writes it, or null where the literal has no words for it. */
import type { Exclude, Index, IndexElement, StorageParameters } from '../../types/literal.ts'
import type { ColumnRow } from './read-columns.ts'
import type { ConstraintRow, ExclusionRow } from './read-constraints.ts'
import type { IndexElementRow, IndexRow } from './read-indexes.ts'
import { deferrable } from './reflect-foreign-key.ts'
import { present, textFragment } from './text-fragment.ts'

export function indexLiteral(row: IndexRow, columns: readonly ColumnRow[]): Index | null {
  const known = new Set(columns.map(column => column.name))
  const on = row.elements.map(indexElement)
  if (
    on.includes(null) ||
    [...row.include, ...row.elements.flatMap(one => one.column ?? [])].some(name => !known.has(name))
  ) {
    return null
  }
  return present({
    // The cast: none is null.
    on: on as IndexElement[],
    unique: row.unique ? true : undefined,
    using: row.method === 'btree' ? undefined : row.method,
    where: row.predicate === null ? undefined : textFragment(row.predicate),
    include: row.include.length === 0 ? undefined : row.include,
    nullsNotDistinct: row.nullsNotDistinct ? true : undefined,
    with: storageParameters(row.storage),
    comment: row.comment ?? undefined,
  })
}

function indexElement(row: IndexElementRow): IndexElement | null {
  const opclass = operatorClass(row)
  if (opclass === null) return null
  if (row.collation !== null && row.collationSchema !== 'pg_catalog' && row.collationSchema !== 'public') return null
  const descends = (row.option & 1) !== 0
  const nullsFirst = (row.option & 2) !== 0
  const details = present({
    opclass,
    collate: row.collation ?? undefined,
    order: descends ? ('desc' as const) : undefined,
    nulls: nullsFirst === descends ? undefined : nullsFirst ? ('first' as const) : ('last' as const),
  })
  const isPlain = Object.keys(details).length === 0
  if (row.column !== null) return isPlain ? row.column : { column: row.column, ...details }
  const expression = textFragment(row.expression)
  return isPlain ? expression : { expression, ...details }
}

/** Undefined where it is the type's own, null where it cannot be said. */
function operatorClass({ opclass, opclassSchema, opclassOptions }: IndexElementRow): string | undefined | null {
  if (opclass === null) return undefined
  const name = opclassSchema === 'pg_catalog' || opclassSchema === 'public' ? opclass : `${opclassSchema}.${opclass}`
  const options = opclassOptions === null ? '' : `(${opclassOptions.join(', ')})`
  return /^[\w.]+(\([\w\s=,.-]*\))?$/.test(name + options) ? name + options : null
}

/** An exclusion as the literal writes it, or null where the literal has no words for it. */
export function excludeLiteral(row: ConstraintRow): Exclude | null {
  const { exclusion } = row
  if (exclusion === null || exclusion.include || row.storage.length > 0) return null
  const elements = exclusion.elements.map((element, at) => excludeElement(element, exclusion.operators[at]))
  if (elements.includes(null)) return null
  return present({
    using: exclusion.method === 'gist' ? undefined : exclusion.method,
    // The cast: none is null.
    elements: elements as Exclude['elements'][number][],
    where: exclusion.predicate === null ? undefined : textFragment(exclusion.predicate),
    deferrable: deferrable(row),
  })
}

function excludeElement(
  row: IndexElementRow,
  operator: ExclusionRow['operators'][number] | undefined,
): Exclude['elements'][number] | null {
  const opclass = operatorClass(row)
  if (operator === undefined || opclass === null || row.collation !== null || row.option !== 0) return null
  const isKnown = operator.schema === 'pg_catalog' || operator.schema === 'public'
  if (!isKnown && !/^[a-z_][a-z_0-9]*$/.test(operator.schema)) return null
  return present({
    on: row.column ?? textFragment(row.expression),
    with: isKnown ? operator.name : `operator(${operator.schema}.${operator.name})`,
    opclass,
  })
}

/** `name=value` pairs as an object; undefined where there are none. */
export function storageParameters(given: readonly string[]): StorageParameters | undefined {
  if (given.length === 0) return undefined
  return Object.fromEntries(
    given.map(pair => {
      const at = pair.indexOf('=')
      const value = pair.slice(at + 1)
      return [pair.slice(0, at), String(Number(value)) === value ? Number(value) : value]
    }),
  )
}
