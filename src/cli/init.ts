/** `cupel init`: the first files of a project. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { shownPath } from './settings.ts'
import { writeWhole } from './write-file.ts'

const config = (schema: string): string => `import { defineConfig } from 'cupel'

export default defineConfig({
  schema: '${schema}',
  migrations: './migrations',
  // The database; without this line it is the environment variable DATABASE_URL.
  url: process.env['DATABASE_URL'] ?? 'pglite:./data',
})
`

const schema = `import { defineSchema, sql, t, table } from 'cupel'

export const schema = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      createdAt: t.timestamptz({ default: sql\`now()\` }),
    }),
    posts: table({
      id: t.id(),
      authorId: t.ref('users.id', { onDelete: 'cascade', inverse: 'posts' }),
      title: t.text(),
    }),
  },
  { naming: 'snake_case' },
)
`

export const init: Command = {
  name: 'init',
  says: 'write cupel.config.ts and a first schema',
  words: [],
  flags: {},
  more: `
Writes cupel.config.ts and, where there is none, a first schema: src/schema.ts,
or the file that --schema names. A file that is there is left as it is.`,
  async run({ folder, given }) {
    const path = join(folder, given.text('config') ?? 'cupel.config.ts')
    const place = given.text('schema') ?? 'src/schema.ts'
    const files = [
      { path, text: config(`./${place.replaceAll('\\', '/').replace(/^\.\//, '')}`) },
      { path: join(folder, place), text: schema },
    ]
    const made = files.filter(file => !existsSync(file.path))
    if (made.length === 0)
      throw new CommandError(
        'alreadyThere',
        files.map(file => shownPath(folder, file.path)),
      )
    for (const file of made) writeWhole(file.path, file.text, shownPath(folder, file.path))
    const kept = files.filter(file => !made.includes(file)).map(file => shownPath(folder, file.path))
    const wrote = made.map(file => shownPath(folder, file.path))
    return {
      json: { wrote, kept },
      text: [...wrote.map(file => `wrote ${file}`), ...kept.map(file => `left ${file} as it is`)].join('\n'),
    }
  },
}
