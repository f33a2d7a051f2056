/** A primary and its replicas, as `createEngine` is given them. */
import type { Pool } from 'pg'
import { EngineError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { typeName } from '../schema/type-name.ts'
import type { Driver } from './driver.ts'
import { Replica } from './replica.ts'
import { ReplicatedDriver } from './replicated.ts'
import { serverAddress } from './server-address.ts'
import { addressOf } from './url.ts'

/** A server by its URL, or a pool of `pg` over it. */
export type Server = string | Pool

/** A server that is written to, and servers that follow it by streaming replication. */
export interface Servers {
  readonly primary: Server
  /** At least one. Statements that only read, outside of transactions, run on these. */
  readonly replicas: readonly Server[]
}

const keys = ['primary', 'replicas']

/** Whether it is an object of the caller's own, and so no pool and no PGlite. */
export function isServers(target: object): target is Servers {
  const prototype: unknown = Object.getPrototypeOf(target)
  return prototype === Object.prototype || prototype === null
}

/**
 * One driver of several.
 * @param driverOf the driver of one server
 * @throws EngineError for what is missing, what nobody knows, and a database that has no replicas
 */
export function replicated(servers: Servers, driverOf: (server: Server) => Driver): ReplicatedDriver {
  const given = Object.keys(servers)
  if (!given.some(key => keys.includes(key))) throw new EngineError('optionsFirst', [given.join(', ')])
  for (const key of given) {
    if (!keys.includes(key)) throw new EngineError('unknownServer', [key, suggestion(key, keys)])
  }
  const { primary, replicas } = servers
  if (!Array.isArray(replicas)) throw new EngineError('wrongReplicas', [typeName(replicas)])
  if (replicas.length === 0) throw new EngineError('wrongReplicas', ['an empty list'])
  check(primary, 'the primary')
  const followers = replicas.map((server: Server, at) => {
    check(server, `replica ${at + 1}`)
    const address = serverAddress(server)
    const where = address === null ? '' : ` (${address.address}:${address.port})`
    return new Replica(driverOf(server), `replica ${at + 1}${where}`, address)
  })
  return new ReplicatedDriver(driverOf(primary), followers, serverAddress(primary))
}

function check(server: unknown, name: string): void {
  if (typeof server === 'string' && addressOf(server).driver === 'pg') return
  if (typeof server === 'string') throw new EngineError('embeddedReplica', [name, 'an embedded database'])
  if (typeof server !== 'object' || server === null) throw new EngineError('embeddedReplica', [name, typeName(server)])
  if ('execProtocolStream' in server) throw new EngineError('embeddedReplica', [name, 'an embedded database'])
  if (!('connect' in server)) throw new EngineError('embeddedReplica', [name, typeName(server)])
}
