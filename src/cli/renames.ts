/** What may be a rename: told by flags, asked on a terminal. */
import type { Plan, Question } from '../schema/change.ts'
import type { Renames } from '../metadata/diff/renames.ts'
import type { Call, Flag } from './command.ts'
import { CommandError } from './command-error.ts'

export const renameFlags: Readonly<Record<string, Flag>> = {
  rename: { takes: '<old=new>', many: true, says: 'a rename, as users.name=full_name' },
  'no-rename': { takes: '<old>', many: true, says: 'what looks like one, and is none' },
}

/**
 * What the flags say of renames.
 * @throws CommandError for one that has no two names
 */
export function renamesOf({ given }: Call): Renames {
  const told = given.list('rename').map((text): [string, string] => {
    const at = text.indexOf('=')
    if (at < 1 || at === text.length - 1) throw new CommandError('renameFlag', [text])
    return [text.slice(0, at), text.slice(at + 1)]
  })
  return Object.fromEntries([...told, ...given.list('no-rename').map((name): [string, null] => [name, null])])
}

/** What a plan asks, in words, with the flags that answer it. */
export function questionText({ kind, from, to }: Question): string {
  // What a column belongs to is said once.
  const place = kind === 'column' ? from.slice(0, from.lastIndexOf('.') + 1) : ''
  const names = to.map(name => (name.startsWith(place) ? name.slice(place.length) : name))
  const flags = [...names.map(name => `--rename ${from}=${name}`), `--no-rename ${from}`]
  return `${kind} ${from} is gone, and may have become ${names.join(' or ')}: say ${flags.join(' or ')}`
}

/** Says what may be a rename and is taken for none. */
export function tellQuestions({ output }: Pick<Call, 'output'>, { questions }: Pick<Plan, 'questions'>): void {
  for (const question of questions) output.note(`${output.accent('yellow', '?')} ${questionText(question)}`)
}

/**
 * The plan, once what may be a rename was asked on a terminal; elsewhere as it is, with its questions.
 * @param make makes it with the renames that are known by then
 */
export async function withAnswers(call: Call, make: (renames: Renames) => Promise<Plan>): Promise<Plan> {
  let renames = renamesOf(call)
  let plan = await make(renames)
  // An answer can bring up another question, as that for the columns of a table that was renamed.
  while (plan.questions.length > 0 && call.ask !== null) {
    for (const { kind, from, to } of plan.questions) {
      const taken = new Set(Object.values(renames))
      let answer: string | null = null
      for (const name of to.filter(one => !taken.has(one))) {
        if (answer === null && (await call.ask(`Was ${kind} ${from} renamed to ${name}?`))) answer = name
      }
      renames = { ...renames, [from]: answer }
    }
    plan = await make(renames)
  }
  return plan
}
