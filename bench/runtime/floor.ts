/** What a request costs when nothing is done but sending it and waiting for its answer. */
import pg from 'pg'
import type { Way } from './turns.ts'
import { gets, selectOne } from './users.ts'

/** The same request on a socket that pg has logged in, and nothing read of the answer but its end. */
export async function floor(url: string): Promise<{ way: Way; end(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query({ name: 'floor', text: selectOne, values: [1] })
  const { stream } = client.connection
  const pgReads = stream.listeners('data')
  stream.removeAllListeners('data')
  const message = (kind: string, ...parts: (Buffer | string)[]): Buffer => {
    const body = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)))
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length + 4)
    return Buffer.concat([Buffer.from(kind), length, body])
  }
  const bytes = Buffer.concat([
    message('B', '\0floor\0', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), '7', Buffer.from([0, 0])),
    message('E', Buffer.alloc(5)),
    message('S'),
  ])
  let ready = (): void => {}
  stream.on('data', (chunk: Buffer) => {
    if (chunk[chunk.length - 6] === 0x5a) ready()
  })
  const way: Way = {
    name: 'a socket alone, nothing read',
    isBase: false,
    async run() {
      for (let id = 1; id <= gets; id++) {
        const answered = new Promise<void>(resolve => {
          ready = resolve
        })
        stream.write(bytes)
        await answered
      }
    },
  }
  const end = async (): Promise<void> => {
    stream.removeAllListeners('data')
    for (const listener of pgReads) stream.on('data', listener as (chunk: Buffer) => void)
    await client.end()
  }
  return { way, end }
}
