/** Stands between a program and a server, and keeps connections open without a word, as a network does that has forgotten them. */
import { connect, createServer, type Socket } from 'node:net'

export interface SilentProxy extends AsyncDisposable {
  readonly url: string
  /** Lets nothing more through on the connections that there are. */
  silence(): void
  /** Lets nothing through on those that come, either. */
  deafen(): void
}

export async function proxy(url: string): Promise<SilentProxy> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let isDeaf = false
  const silence = (): void => {
    for (const socket of sockets) socket.unpipe().pause()
  }
  const server = createServer(near => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    near.on('close', () => far.destroy())
    if (isDeaf) return
    near.pipe(far)
    far.pipe(near)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const own = new URL(url)
  own.port = String(address !== null && typeof address === 'object' ? address.port : 0)
  return {
    url: own.href,
    silence,
    deafen() {
      isDeaf = true
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
