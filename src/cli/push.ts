/** `cupel push`: the database made to be as the schema says. */
import type { Command } from './command.ts'
import { allowFlag, allowNames, refusal } from './hazards.ts'
import { milliseconds } from './migrations.ts'
import { counted, planText } from './plan-text.ts'
import { renameFlags, tellQuestions, withAnswers } from './renames.ts'
import { schemaOf, settingsOf, urlOf, withEngine } from './settings.ts'

export const push: Command = {
  name: 'push',
  says: 'change the database to what the schema says',
  words: [],
  flags: {
    allow: allowFlag,
    'dry-run': { takes: null, says: 'print the changes, make none' },
    ...renameFlags,
  },
  more: `
For development: it keeps no history, as 'migrate' does. Changes that can lose
rows, fail on them or hold up others are asked about on a terminal; elsewhere
they are refused, with the --allow that takes them.`,
  async run(call) {
    const { output, given } = call
    const settings = await settingsOf(call)
    urlOf(call, settings)
    const schema = await schemaOf(call, settings)
    const { schemas, history } = settings.config
    return await withEngine(call, settings, schema, async engine => {
      output.progress('comparing …')
      const plan = await withAnswers(call, renames => engine.metadata.diff({ schemas, history, renames }))
      const { changes } = plan
      tellQuestions(call, plan)
      if (changes.length === 0) return { json: { applied: [], hazards: [] }, text: 'nothing to change' }
      const allow = given.list('allow')
      const hazards = await engine.metadata.hazards(plan, allow)
      if (given.is('dry-run'))
        return {
          json: { applied: [], changes, hazards },
          text: `${planText(plan, output)}\n\n${counted(changes.length, 'change')}`,
        }
      const refused = await refusal(call, plan, hazards, `Make ${counted(changes.length, 'change')} all the same?`)
      if (refused !== null) return { ...refused, json: { applied: [], changes, hazards, allow: allowNames(hazards) } }
      try {
        await engine.metadata.apply(plan, {
          allow: [...allow, ...allowNames(hazards)],
          onChange: ({ kind, object }, at) => output.progress(`${at + 1} of ${changes.length}: ${kind} ${object}`),
          onRetry: ({ kind, object }, wait, error) =>
            output.note(`${kind} ${object} is tried again in ${milliseconds(wait)}: ${error.message}`),
        })
      } catch (error) {
        // The plan is older than the lock under which it is carried out: another push may have made it all meanwhile.
        const left = await engine.metadata.diff({ schemas, history }).catch(() => null)
        if (left === null || left.changes.length > 0) throw error
        return { json: { applied: [], hazards: [] }, text: 'nothing to change: it was made meanwhile' }
      }
      const lines = changes.map(({ kind, object }) => `${kind} ${object}`)
      return {
        json: { applied: changes, hazards },
        text: [...lines, `${counted(changes.length, 'change')} made`].join('\n'),
      }
    })
  },
}
