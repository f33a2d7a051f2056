/** Numbers and bytes as Postgres reads them. */

/** A number; `String` alone would lose the sign of -0. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Bytes in hexadecimal. */
export function bytesText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}
