/**
 * Texts in the form of the message that carries a row, from its count of columns on: for drivers that give a row in no other form.
 */
export function rowMessage(texts: readonly (string | null)[]): Buffer {
  const parts: Buffer[] = [Buffer.alloc(2)]
  parts[0]?.writeUInt16BE(texts.length)
  for (const text of texts) {
    const value = text === null ? null : Buffer.from(text)
    const size = Buffer.alloc(4)
    size.writeInt32BE(value === null ? -1 : value.length)
    parts.push(size)
    if (value !== null) parts.push(value)
  }
  return Buffer.concat(parts)
}
