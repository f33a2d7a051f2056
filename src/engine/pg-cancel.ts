/** Asks a server to give up what it runs for a connection, over a connection of its own (PostgreSQL manual, "Canceling Requests in Progress"). */
import { type Socket, connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Client, PoolClient } from 'pg'

const cancelCode = 80_877_102
const tlsCode = 80_877_103
const yes = 0x53

/** Resolves when the server has closed the connection, and so has passed the request on. */
export async function cancelOn(client: PoolClient): Promise<void> {
  // A pool's clients are made by `Client`; what they keep of their login pg's types do not name.
  const { host, port, ssl, processID, secretKey } = client as unknown as Client & {
    readonly processID: number | null
    readonly secretKey: number | null
    readonly ssl: unknown
  }
  if (processID === null || secretKey === null) return
  const plain = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
  const socket = ssl ? await secured(plain, host, typeof ssl === 'object' ? ssl : {}) : plain
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.resume()
    socket.write(message(cancelCode, processID, secretKey))
  })
}

/** The same protection as the connection has. A server that has none to give gets the request without, as libpq does it. */
function secured(socket: Socket, host: string, options: object): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.write(message(tlsCode))
    socket.once('data', answer => {
      socket.off('error', reject)
      if (answer[0] !== yes) return resolve(socket)
      const secure = connectTls({ servername: host, ...options, socket }, () => resolve(secure))
      secure.once('error', reject)
    })
  })
}

function message(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * numbers.length)
  bytes.writeInt32BE(bytes.length)
  for (const [at, number] of numbers.entries()) bytes.writeInt32BE(number | 0, 4 + 4 * at)
  return bytes
}
