import { describe, expect, inject, it } from 'vitest'
import { ConnectionLost, createEngine, EngineError, LoginRefused } from '../src/index.ts'

const address = (change: (url: URL) => void): string => {
  const url = new URL(inject('postgres'))
  change(url)
  return url.href
}

/** What a first statement is refused with, and that a program goes on: another engine works. */
async function refusal(url: string): Promise<Error & { readonly sqlState: string }> {
  await using engine = createEngine(url)
  const error = await engine.execute('select 1').catch((one: unknown) => one)
  await expect(engine.execute('select 2')).rejects.toThrow((error as Error).message)
  await using other = createEngine(inject('postgres'))
  expect((await other.execute('select 3 as n')).scalar()).toBe(3)
  return error as Error & { readonly sqlState: string }
}

describe('a server that cannot be used', () => {
  it('does not take the password, and nobody reads it in the error', async () => {
    const error = await refusal(address(url => (url.password = 'sesame')))
    expect(error).toBeInstanceOf(LoginRefused)
    expect(error.sqlState).toBe('28P01')
    expect(error.message).toBe('password authentication failed for user "postgres"')
    expect(JSON.stringify(error) + error.stack + String(error.cause)).not.toContain('sesame')
  })

  it('does not have the database', async () => {
    const error = await refusal(address(url => (url.pathname = '/nowhere')))
    expect(error).toBeInstanceOf(LoginRefused)
    expect(error).toMatchObject({ sqlState: '3D000', message: 'database "nowhere" does not exist' })
  })

  it('has no address, or nobody listens there', async () => {
    const unknown = await refusal(address(url => (url.hostname = 'nowhere.invalid')))
    expect(unknown).toBeInstanceOf(ConnectionLost)
    expect(unknown.message).toMatch(/^(there is no host|the host) 'nowhere\.invalid'.* \(E\w+\)$/)
    const silent = await refusal(address(url => (url.port = '1')))
    expect(silent).toBeInstanceOf(ConnectionLost)
    expect(silent.message).toBe('no server answers at 127.0.0.1:1 (ECONNREFUSED)')
  })

  it('has no TLS where it is asked for', async () => {
    const error = await refusal(address(url => (url.search = '?sslmode=verify-full')))
    expect(error).toBeInstanceOf(ConnectionLost)
    expect(error.message).toBe('The server does not support SSL connections')
  })
})

describe('a connection', () => {
  it('that the server ended while it was idle is not used again', async () => {
    await using engine = createEngine(inject('postgres'), { pool: { max: 1 } })
    await using admin = createEngine(inject('postgres'))
    for (let round = 0; round < 3; round++) {
      const pid = (await engine.execute('select pg_backend_pid()')).scalar()
      await admin.execute('select pg_terminate_backend($1)', [pid])
      await new Promise(resolve => setTimeout(resolve, 50))
      expect((await engine.execute('select pg_backend_pid()')).scalar()).not.toBe(pid)
    }
  })

  it('is not made by an engine that is disposed of meanwhile', async () => {
    const engine = createEngine(inject('postgres'))
    const early = engine.execute('select 1').catch((error: unknown) => error)
    await engine.dispose()
    expect(await early).toBeInstanceOf(EngineError)
    expect(await early).toMatchObject({ code: 'engineDisposed' })
  })
})
