/** What a plan can break, and whether whoever called takes it: told by flags, asked on a terminal. */
import type { Hazard, Plan } from '../schema/change.ts'
import type { Call, Flag, Outcome } from './command.ts'
import { hazardText, planText } from './plan-text.ts'

export const allowFlag: Flag = { takes: '<hazard>', many: true, says: 'a hazard to take, as drop-column:users.name' }

/** The names that `--allow` takes, each once. */
export function allowNames(hazards: readonly Hazard[]): string[] {
  return [...new Set(hazards.map(hazard => hazard.allow))]
}

/**
 * How a call ends for hazards that are not taken; null where there are none, or where the answer on a terminal was yes. Each is told, with the
 * flags that take them.
 * @param question what is asked on a terminal
 */
export async function refusal(
  { output, ask }: Pick<Call, 'output' | 'ask'>,
  plan: Plan,
  hazards: readonly Hazard[],
  question: string,
): Promise<Required<Pick<Outcome, 'ending' | 'text'>> | null> {
  if (hazards.length === 0) return null
  if (ask !== null) output.note(`${planText(plan, { styled: (style, text) => output.accent(style, text) })}\n`)
  for (const hazard of hazards) output.note(`${output.accent('red', '!')} ${hazardText(hazard)}`)
  if (ask !== null) return (await ask(question)) ? null : { ending: 'declined', text: '' }
  const flags = allowNames(hazards).map(name => `--allow ${shellWord(name)}`)
  output.note(`refused; to take ${hazards.length === 1 ? 'it' : 'them'}: ${flags.join(' ')}`)
  return { ending: 'failed', text: '' }
}

/** A word as a shell takes it. */
function shellWord(text: string): string {
  return /^[\w:.,/-]+$/.test(text) ? text : `'${text.replaceAll(`'`, `'\\''`)}'`
}
