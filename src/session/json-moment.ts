const { toJSON } = Date.prototype
/** The years 1 to 9999, which ISO 8601 and Postgres write alike. */
const first = Date.parse('0001-01-01T00:00:00.000Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')

/** Whether `JSON.stringify` writes a value as the text form of a moment, so that it need not be encoded before. */
export function isJsonMoment(value: unknown): boolean {
  if (!(value instanceof Date) || value.toJSON !== toJSON || Object.getPrototypeOf(value) !== Date.prototype)
    return false
  const time = value.getTime()
  return time >= first && time <= last
}
