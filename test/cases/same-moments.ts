/** Moments in one form: as text they are printed in the time zone of the session, which is the user's own. */

/** The value with each `timestamptz` in a text of it as microseconds since 1970; all else as it is. */
export function sameMoments(value: unknown): unknown {
  if (typeof value === 'string') return moment(value)
  if (Array.isArray(value)) return value.map(sameMoments)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sameMoments(one)]))
}

const form = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/

function moment(text: string): string {
  const found = form.exec(text)
  if (found === null) return text
  const [, year, month, day, hour, minute, second, fraction = '0', sign, ...offset] = found
  const [hours = 0, minutes = 0, seconds = 0] = offset.slice(0, 3).map(part => Number(part ?? 0))
  const days = dayNumber(offset[3] === undefined ? Number(year) : 1 - Number(year), Number(month), Number(day))
  const clock = Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  const zone = (hours * 3600 + minutes * 60 + seconds) * (sign === '-' ? -1 : 1)
  return `${BigInt(days * 86_400 + clock - zone) * 1_000_000n + BigInt(Math.round(Number(fraction) * 1e6))} microseconds`
}

/** Days since 1970 in the calendar that Gregory's would have been always. */
function dayNumber(year: number, month: number, day: number): number {
  const cycles = Math.floor((year - 2000) / 400)
  return cycles * 146_097 + Date.UTC(year - cycles * 400, month - 1, day) / 86_400_000
}
