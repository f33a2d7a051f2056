import { createHash } from 'node:crypto'

/** SHA-256 of a text, in hexadecimal; the same whichever way its lines end, and with or without a byte order mark. */
export function checksum(text: string): string {
  return createHash('sha256').update(normalised(text)).digest('hex')
}

/** A text with the line endings of Unix, and without the mark that some editors of Windows begin with. */
export function normalised(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
}
