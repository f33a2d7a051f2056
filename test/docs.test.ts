/** What is written about cupel agrees with cupel. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kinds } from '../src/base/kinds.ts'
import { messages } from '../src/base/messages.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** The part of a page from one heading to the next of its level. */
function section(page: string, title: string): string {
  const found = page.split(/^## /m).find(part => part.startsWith(`${title}\n`))
  if (found === undefined) throw new Error(`no section '${title}'`)
  return found
}

describe('docs/errors.md', () => {
  const page = read('docs/errors.md')
  const parts = page.split(/^### /m).slice(1)
  const headings = parts.map(part => part.slice(0, part.indexOf('\n')))

  test('has a heading for every sentence, in their order, and none beside', () => {
    expect(headings).toEqual(Object.keys(messages))
  })

  test('says something under every heading', () => {
    const bare = parts.filter(part => /^\s*$/.test(part.slice(part.indexOf('\n')).split(/^## /m)[0] ?? ''))
    expect(bare).toEqual([])
  })
})

describe.each([
  ['docs/streams.md', ['examples/streams/main.ts']],
  ['docs/session.md', ['examples/orders/main.ts', 'examples/people/schema.ts', 'examples/people/main.ts']],
  ['docs/replicas.md', ['examples/replicas/main.ts']],
  ['docs/pools.md', ['examples/pools/main.ts']],
  ['docs/transactions.md', ['examples/transactions/main.ts']],
  ['docs/service.md', ['send-lines', 'transfer', 'refusal', 'main'].map(name => `examples/service/${name}.ts`)],
  ['docs/migrations.md', ['examples/migrations/main.ts']],
])('%s', (path, programs) => {
  const page = read(path)

  test('shows what its program does, all of it that is for the page', () => {
    const shown = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code)
    const run = programs.flatMap(program => {
      const parts = read(program)
        .split(/^\/\/ docs: (\w+)\n/m)
        .slice(1)
      return parts.filter((_, at) => at % 2 === 1 && parts[at - 1] !== 'end').map(code => `${code.trimEnd()}\n`)
    })
    expect(shown).toEqual(run)
  })
})

test('docs/migrations.md shows migrations that are run', () => {
  const shown = [...read('docs/migrations.md').matchAll(/```(?:sql|typescript)\n([^]*?)```/g)].map(([, code]) => code)
  const folder = 'examples/migrations/migrations'
  const run = readdirSync(new URL(`../${folder}`, import.meta.url)).map(file => read(`${folder}/${file}`))
  expect(shown).toHaveLength(2)
  for (const code of shown) expect(run).toContain(code)
})

describe('README.md', () => {
  const page = read('README.md')

  test('shows the quickstart as it is', () => {
    const shown = [...page.matchAll(/examples\/quickstart\/main\.ts[^\n]*\n\n```ts\n([^]*?)```/g)].map(
      ([, code]) => code,
    )
    expect(shown.length).toBeGreaterThan(0)
    for (const code of shown) expect(code).toBe(read('examples/quickstart/main.ts'))
  })

  test('shows what the quickstart prints', () => {
    expect(page.match(/```text\n([^]*?)```/)?.[1]).toBe(read('examples/quickstart/output.txt'))
  })

  test('lists every type of column once', () => {
    const cells = [...section(page, 'Types of columns').matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell]) => cell ?? '')
    const listed = cells.flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
    expect(listed.toSorted()).toEqual(Object.keys(kinds).toSorted())
  })

  test('links to files that exist', () => {
    const targets = [...page.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target ?? '')
    const missing = targets.filter(target => !existsSync(new URL(`../${target}`, import.meta.url)))
    expect(missing).toEqual([])
  })
})
