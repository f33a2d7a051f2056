import { describe, expect, test } from 'vitest'
import { EngineError } from '../src/base/errors.ts'
import { addressOf } from '../src/engine/url.ts'
import { optionalPackage } from '../src/engine/optional-package.ts'

const cases = [
  { address: undefined, means: { driver: 'pglite', folder: null } },
  { address: 'pglite:', means: { driver: 'pglite', folder: null } },
  { address: 'pglite:./data', means: { driver: 'pglite', folder: './data' } },
  { address: 'pglite:///var/data', means: { driver: 'pglite', folder: '/var/data' } },
  { address: 'postgres://a:b@host/db', means: { driver: 'pg', url: 'postgres://a:b@host/db' } },
  { address: 'postgresql://host', means: { driver: 'pg', url: 'postgresql://host' } },
] as const

describe('addresses', () => {
  test.each(cases)('$address', ({ address, means }) => expect(addressOf(address)).toEqual(means))

  test('an unknown scheme is named, and the one that was meant', () => {
    expect(() => addressOf('postgre://ada:secret@host/db')).toThrow(
      "an address starts with 'postgres://', 'postgresql://' or 'pglite:', not with 'postgre:'; did you mean 'postgres'?",
    )
    expect(() => addressOf('mysql://ada:secret@host/db')).toThrow(/not with 'mysql:'$/)
  })

  test.each(['', 'localhost/db', 'ada secret'])('%j has no scheme and is not repeated', address => {
    expect(() => addressOf(address)).toThrow(EngineError)
    expect(() => addressOf(address)).toThrow(/the one given does not$/)
  })
})

test('a package that is not installed is named, with the command that installs it', async () => {
  const name: string = 'a-package-that-is-not-there'
  await expect(optionalPackage(name, () => import(name))).rejects.toMatchObject({
    name: 'EngineError',
    code: 'missingPackage',
    message: expect.stringContaining(`npm install ${name}`),
  })
})
