/** A server in front of a server, which may cut a connection at any message of the protocol. */
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface CuttingProxy {
  /** The address of the server behind, with this one in its place. */
  readonly url: string
  /** Cuts the connection in whose turn message number `at` comes, counted from 0 after now, instead of passing it on; null for none. */
  cut(at: number | null): void
  close(): Promise<void>
}

const header = 5

/** Splits what comes into messages. The first one that a client sends has no kind. */
class Splitter {
  #rest: Buffer = Buffer.alloc(0)
  #hasKind: boolean

  constructor(hasKind: boolean) {
    this.#hasKind = hasKind
  }

  *take(chunk: Buffer): Iterable<Buffer> {
    this.#rest = Buffer.concat([this.#rest, chunk])
    while (true) {
      const before = this.#hasKind ? 1 : 0
      if (this.#rest.length < header) return
      const size = before + this.#rest.readUInt32BE(before)
      if (this.#rest.length < size) return
      yield this.#rest.subarray(0, size)
      this.#rest = this.#rest.subarray(size)
      this.#hasKind = true
    }
  }
}

export async function startProxy(url: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let messages = 0
  let limit: number | null = null
  const server = createServer(client => {
    const behind = connect(Number(port), hostname)
    const end = (): void => {
      client.destroy()
      behind.destroy()
    }
    const pass = (from: Socket, to: Socket, splitter: Splitter): void => {
      sockets.add(from)
      from.on('error', end)
      from.on('close', () => {
        sockets.delete(from)
        end()
      })
      from.on('data', (chunk: Buffer) => {
        for (const message of splitter.take(chunk)) {
          if (limit !== null && messages >= limit) {
            // Once only: whoever comes after is let through.
            limit = null
            return end()
          }
          messages++
          to.write(message)
        }
      })
    }
    pass(client, behind, new Splitter(false))
    pass(behind, client, new Splitter(true))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const own = new URL(url)
  own.hostname = '127.0.0.1'
  own.port = String((server.address() as AddressInfo).port)
  return {
    url: own.href,
    cut(at) {
      messages = 0
      limit = at
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
