/** The protocol on a PGlite: requests go into the database in one call, and its answers are read where they lie in its memory. */
import type { PGlite, protocol } from '@electric-sql/pglite'
import type { Exchange } from './exchange.ts'
import { FrameReader, header } from './frame-reader.ts'
import { type Carrier, Wire, forgetsAll, forgetsSettings } from './wire.ts'

export type Protocol = typeof protocol

const [readyForQuery, refusal, commandComplete, notification] = [0x5a, 0x45, 0x43, 0x41]

interface Notification {
  readonly channel: string
  readonly payload: string
}

export class PgliteWire extends FrameReader implements Carrier {
  readonly wire = new Wire(this)
  readonly stream = null
  readonly #database: PGlite
  readonly #protocol: Protocol
  #exchange: Exchange | null = null
  #heard: Notification[] = []
  /** Whether the settings that decoding relies on are still in force. */
  isSettled = false

  constructor(database: PGlite, messages: Protocol) {
    // The database uses its memory again.
    super(true)
    this.#database = database
    this.#protocol = messages
  }

  async send(bytes: Buffer, exchange: Exchange): Promise<void> {
    this.#exchange = exchange
    try {
      await this.#database.execProtocolRawStream(bytes, {
        onRawData: piece => this.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)),
      })
    } finally {
      // Set to null by the last message.
      const isAnswered = this.#exchange === null
      this.#exchange = null
      if (!isAnswered) exchange.error ??= new Error('the database ended')
    }
    if (this.#heard.length > 0) await this.#repeat()
  }

  protected override message(buffer: Buffer, at: number, size: number): void {
    const exchange = this.#exchange
    switch (buffer[at]) {
      case readyForQuery:
        this.wire.status = buffer[at + header] ?? 0
        this.#exchange = null
        return
      case refusal:
      case notification:
        this.#parse(buffer.subarray(at, at + size), exchange)
        return
      case commandComplete:
        if (forgetsAll(buffer, at + header, at + size)) this.wire.prepared.clear()
        if (forgetsSettings(buffer, at + header, at + size)) this.isSettled = false
    }
    exchange?.message(buffer, at, size)
  }

  #parse(message: Buffer, exchange: Exchange | null): void {
    const { Parser, messages } = this.#protocol
    new Parser().parse(Uint8Array.from(message), found => {
      if (found instanceof messages.DatabaseError) {
        if (exchange !== null) exchange.error ??= found
      } else if (found instanceof messages.NotificationResponseMessage) {
        this.#heard.push({ channel: found.channel, payload: found.payload })
      }
    })
  }

  /**
   * PGlite calls those who listen only when it reads an answer itself. It is the only connection of its database, so what it has heard
   * is said again in its hearing; nobody else can hear it twice.
   */
  async #repeat(): Promise<void> {
    const heard = this.#heard
    this.#heard = []
    const { serialize } = this.#protocol
    for (const { channel, payload } of heard) {
      await this.#database.execProtocolStream(
        Buffer.concat([
          serialize.parse({ text: 'select pg_catalog.pg_notify($1, $2)' }),
          serialize.bind({ values: [channel, payload] }),
          serialize.execute({}),
          serialize.sync(),
        ]),
      )
    }
  }
}
