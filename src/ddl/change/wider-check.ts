/** A check of a list of values that has more of them than before, as what tools make of an enum: no row that was held to the old one breaks it. */

/** One column and a list of texts or numbers, with or without nulls, as Postgres prints `in (…)`. */
const listed =
  /^(.* check \(+(?:[\w".]+ IS NULL\) OR \(+)?[\w".]+\)?(?:::[\w ]+)? = ANY \(+ARRAY\[)((?:'(?:[^']|'')*'|[^\]'])+)(\](?:\)|::[\w ]+\[\])*)$/

/**
 * @param from the clause of the check before, in Postgres's own words
 * @param to the clause of the one of its name
 */
export function isWider(from: string, to: string): boolean {
  const [, start, values = '', end] = listed.exec(from) ?? []
  const [, sameStart, more = '', sameEnd] = listed.exec(to) ?? []
  if (start === undefined || start !== sameStart || end !== sameEnd) return false
  const known = new Set(valuesOf(more))
  return valuesOf(values).every(value => known.has(value))
}

/** The elements; a comma within a string ends none. */
function valuesOf(list: string): readonly string[] {
  return list.match(/(?:'(?:[^']|'')*'|[^,'])+/g)?.map(value => value.trim()) ?? []
}
