/**
 * Sockets for the clients of a pool of our own, which read what arrives into memory that is used again. Node's streams take 64 KiB for
 * each piece that arrives and give back what it does not fill.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import type { Duplex } from 'node:stream'

/** Takes a piece, whose memory is another's when it returns. */
export type TakePiece = (piece: Buffer) => void

/** What one read takes at most; as much as Node's own. */
const size = 65_536
/** One for all sockets: a piece is taken before the next is read, whichever socket it arrives on. */
let memory: Buffer | null = null

/** Who takes what arrives, where it is no longer the listeners of `data`. */
const takers = new WeakMap<Duplex, { take: TakePiece | null }>()

/** A socket that is not connected. Until it is read directly, what arrives is an event `data`, as of any stream. */
export function directSocket(): Socket {
  memory ??= Buffer.allocUnsafeSlow(size)
  const whole = memory
  const taker: { take: TakePiece | null } = { take: null }
  const onread: OnReadOpts = {
    buffer: whole,
    callback(count) {
      const piece = whole.subarray(0, count)
      if (taker.take === null) socket.emit('data', Buffer.from(piece))
      else taker.take(piece)
      return true
    },
  }
  // An option of the constructor, which its types name as one of connecting only.
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = { onread }
  const socket = new Socket(options)
  takers.set(socket, taker)
  return socket
}

/** Whether it is one of these; that of TLS is not. */
export function isDirect(stream: Duplex): boolean {
  return takers.has(stream)
}

/** Reads one of these directly from now on. */
export function readDirectly(stream: Duplex, take: TakePiece): void {
  const taker = takers.get(stream)
  if (taker !== undefined) taker.take = take
}
