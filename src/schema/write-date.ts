/** Dates in the form that Postgres reads whatever its settings are. */

/**
 * A moment in UTC, to the millisecond.
 * @example dateText(new Date(-1)) // => '1969-12-31T23:59:59.999Z'
 */
export function dateText(date: Date): string {
  const year = date.getUTCFullYear()
  const text = date.toISOString()
  if (year >= 1 && year <= 9999) return text
  // Past four digits ISO 8601 has a sign, and a year 0 before year 1; Postgres has no sign, and 1 BC.
  const rest = text.slice(text.indexOf('-', 1))
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`
}

/** The same, as a reading of the clock in UTC without saying so. */
export function clockText(date: Date): string {
  return dateText(date).replace('Z', '')
}
