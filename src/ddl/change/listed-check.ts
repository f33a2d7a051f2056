/** A check of a list of values, as what tools make of an enum. */

/** One column and a list of texts or numbers, with or without nulls, as Postgres prints `in (…)`. */
const listed =
  /^(.* check \(+(?:[\w".]+ IS NULL\) OR \(+)?)([\w".]+)(\)?(?:::[\w ]+)? = ANY \(+ARRAY\[)((?:'(?:[^']|'')*'|[^\]'])+)(\](?:\)|::[\w ]+\[\])*)$/

interface Listed {
  readonly column: string
  readonly values: readonly string[]
  readonly around: string
}

function listedIn(clause: string): Listed | null {
  const [, before, column = '', middle, list = '', after] = listed.exec(clause) ?? []
  if (before === undefined) return null
  return {
    column: column.replace(/^"(.*)"$/, '$1'),
    values: valuesOf(list),
    around: JSON.stringify([before, column, middle, after]),
  }
}

/**
 * Whether the list has more values than before: no row that was held to the old one breaks it.
 * @param from the clause of the check before, in Postgres's own words
 * @param to the clause of the one of its name
 */
export function isWider(from: string, to: string): boolean {
  const [was, is] = [listedIn(from), listedIn(to)]
  if (was === null || is === null || was.around !== is.around) return false
  const known = new Set(is.values)
  return was.values.every(value => known.has(value))
}

/**
 * Whether every row has one value of the column, which the check lets pass, as it does a null.
 * @param value what all rows have, as SQL writes it; null for none
 */
export function letsPass(clause: string, column: string, value: string | null): boolean {
  const found = listedIn(clause)
  if (found?.column !== column) return false
  return value === null || found.values.some(one => plain(one) === plain(value))
}

/** A constant without the type that it is cast to. */
function plain(value: string): string {
  return value.replace(/^('(?:[^']|'')*'|[\d.]+)::[\w ]+$/, '$1')
}

/** The elements; a comma within a string ends none. */
function valuesOf(list: string): readonly string[] {
  return list.match(/(?:'(?:[^']|'')*'|[^,'])+/g)?.map(value => value.trim()) ?? []
}
