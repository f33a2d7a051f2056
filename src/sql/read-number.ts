/** Numbers and bytes in the forms that Postgres prints. */
import { ValueError } from '../base/errors.ts'
import { unreadable } from './unreadable.ts'

/**
 * A `bigint` as a number.
 * @throws ValueError past 2^53
 */
export function safeNumber(type: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  throw new ValueError('inexactNumber', type, 'bigint')
}

/**
 * A `numeric` as a number.
 * @throws ValueError when the number would print another value; zeros at the end of a fraction are no value
 */
export function exactNumber(type: string, text: string): number {
  const number = Number(text)
  const printed = String(number)
  if (printed === text || plainDigits(printed) === plainDigits(text)) return number
  throw new ValueError('inexactNumber', type, 'string')
}

/** A number in one form: its sign, its digits without zeros around them, and where the point is. */
function plainDigits(text: string): string {
  const form = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text)
  if (form === null) return text
  const [, sign, whole = '', fraction = '', exponent = '0'] = form
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${scale}`
}

/** Bytes, from the form in hexadecimal or from the older one with octal escapes. */
export function readBytes(type: string, text: string): Uint8Array {
  if (text.startsWith('\\x')) return Uint8Array.from(Buffer.from(text.slice(2), 'hex'))
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\') bytes.push(text.charCodeAt(at))
    else if (text[at + 1] === '\\') {
      bytes.push(92)
      at++
    } else {
      const octal = text.slice(at + 1, at + 4)
      if (!/^[0-3][0-7]{2}$/.test(octal)) throw unreadable(type)
      bytes.push(Number.parseInt(octal, 8))
      at += 3
    }
  }
  return Uint8Array.from(bytes)
}
