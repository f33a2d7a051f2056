/** Texts as Postgres prints them, so that what is written is what is read: dates, times, intervals, numbers, networks. */
import fc from 'fast-check'

const awkward = [
  '',
  ' ',
  'NULL',
  'null',
  '{}',
  '"',
  '\\',
  `'`,
  'a,b',
  '(a)',
  '[b]',
  'empty',
  '\t\n\r\v\f',
  ':x',
  '\\x41',
  '$1',
  '1;2',
]

/** Any text that Postgres holds. */
export const text = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }).filter(value => !value.includes('\0') && value.isWellFormed()),
)

/** So many characters, counted as Postgres counts them. */
export const exactly = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('a', 'Z', ' ', '"', '\\', 'ä', '\u{1F600}', '漢', ','), {
      minLength: length,
      maxLength: length,
    })
    .map(letters => letters.join(''))

const pad = (value: number, size = 2): string => String(value).padStart(size, '0')
const part = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

/** A day; `last` is the last year that the type knows. Years that are not above 0 are BC, as in Postgres there is no year 0. */
const day = (last: number): fc.Arbitrary<{ readonly day: string; readonly era: string }> =>
  fc
    .tuple(fc.oneof(part(1900, 2100), part(-4711, 9999), part(-4711, last)), part(1, 12), part(1, 28))
    .map(([year, month, date]) => ({
      day: `${pad(year > 0 ? year : 1 - year, 4)}-${pad(month)}-${pad(date)}`,
      era: year > 0 ? '' : ' BC',
    }))

const fraction = fc.oneof(fc.constant(0), part(0, 999_999)).map(value => `.${pad(value, 6)}`.replace(/\.?0+$/, ''))
export const time = fc.oneof(
  fc.constant('24:00:00'),
  fc
    .tuple(part(0, 23), part(0, 59), part(0, 59), fraction)
    .map(([hour, minute, second, rest]) => `${pad(hour)}:${pad(minute)}:${pad(second)}${rest}`),
)
const clock = time.filter(value => value !== '24:00:00')
const infinities = fc.constantFrom('infinity', '-infinity')
const zone = fc
  .tuple(fc.constantFrom('+', '-'), part(1, 15), fc.constantFrom('', ':30', ':45', ':05:07'))
  .map(([sign, hours, rest]) => `${sign}${pad(hours)}${rest}`)

export const date = fc.oneof(
  infinities,
  day(5_874_897).map(({ day: value, era }) => value + era),
)
export const timetz = fc.tuple(time, zone).map(parts => parts.join(''))
export const timestamp = fc.oneof(
  infinities,
  fc.tuple(day(294_000), clock).map(([{ day: value, era }, rest]) => `${value} ${rest}${era}`),
)
export const timestamptz = fc.oneof(
  infinities,
  fc.tuple(day(294_000), clock, zone).map(([{ day: value, era }, rest, offset]) => `${value} ${rest}${offset}${era}`),
)

/** As `EncodeInterval` in Postgres's `datetime.c` prints it under `intervalstyle = 'postgres'`. */
export const interval = fc
  .tuple(part(-30_000, 30_000), part(-40_000, 40_000), fc.oneof(fc.constant(0), part(-(10 ** 13), 10 ** 13)))
  .map(([months, days, microseconds]) => {
    let printed = ''
    let isBefore = false
    const add = (value: number, unit: string): void => {
      if (value === 0) return
      printed += `${printed === '' ? '' : ' '}${isBefore && value > 0 ? '+' : ''}${value} ${unit}${value === 1 ? '' : 's'}`
      isBefore = value < 0
    }
    add(Math.trunc(months / 12), 'year')
    add(months % 12, 'mon')
    add(days, 'day')
    if (printed !== '' && microseconds === 0) return printed
    const size = Math.abs(microseconds)
    const seconds = Math.floor(size / 1e6)
    const rest = `.${pad(size % 1e6, 6)}`.replace(/\.?0+$/, '')
    const sign = microseconds < 0 ? '-' : isBefore ? '+' : ''
    const hands = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
      .map(value => pad(value))
      .join(':')
    return `${printed}${printed === '' ? '' : ' '}${sign}${hands}${rest}`
  })

const digits = (maxLength: number): fc.Arbitrary<string> => fc.array(part(0, 9), { maxLength }).map(all => all.join(''))
const withSign = (sign: string, value: string): string => (/[1-9]/.test(value) ? sign + value : value)

export const numeric = fc.oneof(
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '0.00'),
  fc
    .tuple(fc.constantFrom('', '-'), digits(60), digits(60))
    .map(([sign, whole, rest]) => withSign(sign, `${whole.replace(/^0+/, '') || '0'}${rest === '' ? '' : `.${rest}`}`)),
)
/** Of `numeric(8,3)`. */
export const price = fc
  .tuple(fc.constantFrom('', '-'), part(0, 99_999), part(0, 999))
  .map(([sign, whole, rest]) => withSign(sign, `${whole}.${pad(rest, 3)}`))
/** In the locale C. */
export const money = fc
  .tuple(fc.constantFrom('', '-'), part(0, 10 ** 9), part(0, 99))
  .map(([sign, whole, rest]) => withSign(sign, `$${whole.toLocaleString('en-US')}.${pad(rest)}`))

export const bits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('0', '1'), { minLength, maxLength }).map(all => all.join(''))

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map(all => Array.from(all, one => one.toString(16).padStart(2, '0')).join(':'))
export const macaddr = hex(6)
export const macaddr8 = hex(8)
const octets = fc.tuple(part(1, 255), part(0, 255), part(0, 255), part(0, 255)).map(all => all.join('.'))
export const inet = fc.oneof(
  octets,
  fc.tuple(octets, part(0, 31)).map(([address, size]) => `${address}/${size}`),
  fc.constantFrom('::', '::1', '2001:db8::1/64', '::ffff:1.2.3.4', 'fe80::1:2:3:4'),
)
export const cidr = fc.oneof(
  octets.map(address => `${address}/32`),
  part(1, 255).map(first => `${first}.0.0.0/8`),
  fc.constantFrom('::/0', '2001:db8::/32', '::1/128'),
)
export const lsn = fc
  .tuple(part(0, 2 ** 31), part(0, 2 ** 31))
  .map(all => all.map(one => one.toString(16).toUpperCase()).join('/'))
export const snapshot = fc
  .tuple(part(1, 1000), fc.uniqueArray(part(1000, 2000), { maxLength: 4 }), part(2001, 3000))
  .map(([first, running, last]) => `${first}:${last}:${running.toSorted((a, b) => a - b).join(',')}`)

const lexeme = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .map(word => `'${word.replace(/['\\]/g, '$&$&')}'`)
export const tsvector = fc
  .tuple(lexeme, part(1, 16_383), fc.constantFrom('', 'A', 'B', 'C'))
  .map(([word, at, weight]) => `${word}:${at}${weight}`)
export const tsquery = fc
  .tuple(lexeme, lexeme, fc.constantFrom(' & ', ' | ', ' <-> ', ' & !'))
  .map(([a, b, operator]) => a + operator + b)
