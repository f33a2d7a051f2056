/** The sessions in docs/cli.md, run one after the other in a project. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { project } from './projects.ts'

const page = readFileSync(new URL('../docs/cli.md', import.meta.url), 'utf8')

/** Commands with what they print; where the page shows nothing of it, null. */
const calls = [...page.matchAll(/```console\n([^]*?)```/g)].flatMap(([, session = '']) =>
  session
    .split(/^\$ /m)
    .slice(1)
    .map(text => {
      const end = text.indexOf('\n')
      return { command: text.slice(0, end), shown: text.slice(end + 1) }
    }),
)

const later = `import { schema } from './src/schema.ts'
export default { ...schema, tables: { users: schema.tables.users } }
`

test('every command of the page does what it shows', { timeout: 600_000 }, async () => {
  const { cupel } = project({ 'later.ts': later })
  expect(calls.length).toBeGreaterThan(6)
  for (const { command, shown } of calls) {
    const { status, stdout, stderr } = await cupel(...command.split(' ').slice(1))
    const expected = command.includes('later.ts') ? 2 : 0
    expect({ command, status, stderr }).toEqual({ command, status: expected, stderr: '' })
    if (shown !== '') expect(stdout).toBe(shown)
    expect(stdout).not.toBe('')
  }
})
