/** Cuts what a server sends, in whatever pieces it arrives, into the messages of the protocol. */

/** A byte for the kind, and four for the length, which counts itself. */
export const header = 5

export abstract class FrameReader {
  /** Pieces of a message that has not arrived in full; the first holds its header, unless it is the only one. */
  #pieces: Buffer[] = []
  #have = 0
  readonly #copies: boolean

  /** @param copies whether the memory of a piece is used again once it was pushed */
  constructor(copies = false) {
    this.#copies = copies
  }

  /** Gets one message, from its kind on. */
  protected abstract message(buffer: Buffer, at: number, size: number): void

  /** Takes the next piece. */
  push(chunk: Buffer): void {
    let at = this.#have === 0 ? 0 : this.#complete(chunk)
    while (chunk.length - at >= header) {
      const size = 1 + chunk.readUInt32BE(at + 1)
      if (at + size > chunk.length) break
      this.message(chunk, at, size)
      at += size
    }
    this.#keep(chunk.subarray(at))
  }

  /** Completes the message that lacked its end; gives where the next one begins. */
  #complete(chunk: Buffer): number {
    let used = 0
    if (this.#have < header) {
      const start = Buffer.concat([...this.#pieces, chunk.subarray(0, header - this.#have)])
      used = start.length - this.#have
      this.#pieces = [start]
      this.#have = start.length
      if (this.#have < header) return used
    }
    const size = 1 + (this.#pieces[0]?.readUInt32BE(1) ?? 0)
    const end = used + size - this.#have
    if (end > chunk.length) {
      this.#keep(chunk.subarray(used))
      return chunk.length
    }
    const message = Buffer.concat([...this.#pieces, chunk.subarray(used, end)], size)
    this.#pieces = []
    this.#have = 0
    this.message(message, 0, size)
    return end
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return
    this.#pieces.push(this.#copies ? Buffer.from(piece) : piece)
    this.#have += piece.length
  }
}
