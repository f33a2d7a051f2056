/** `cupel diff`: how the database differs from the schema. */
import type { Command } from './command.ts'
import { counted, planText } from './plan-text.ts'
import { renameFlags, renamesOf, tellQuestions } from './renames.ts'
import { schemaOf, settingsOf, urlOf, withEngine } from './settings.ts'

export const diff: Command = {
  name: 'diff',
  says: 'say how the database differs from the schema',
  words: [],
  flags: {
    sql: { takes: null, says: 'print the statements alone' },
    ...renameFlags,
  },
  more: `
Prints the changes that lead from the database to the schema, in order: each
with its SQL, the locks it takes and what it can break. It changes nothing, and
exits with 2 when there is a difference.`,
  async run(call) {
    const { output, given } = call
    const settings = await settingsOf(call)
    urlOf(call, settings)
    const schema = await schemaOf(call, settings)
    const { schemas, history } = settings.config
    output.progress('comparing …')
    const plan = await withEngine(call, settings, schema, engine =>
      engine.metadata.diff({ schemas, history, renames: renamesOf(call) }),
    )
    const { changes, questions } = plan
    const text = given.is('sql')
      ? changes.map(({ sql }) => `${sql.trim().replace(/;$/, '')};`).join('\n')
      : changes.length === 0
        ? 'no difference'
        : `${planText(plan, output)}\n\n${counted(changes.length, 'change')}`
    if (!output.json) tellQuestions(call, plan)
    return { ending: changes.length === 0 ? 'done' : 'failed', json: { changes, questions }, text }
  },
}
