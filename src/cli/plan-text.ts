/** A plan as a person reads it at a glance. */
import type { Change, Hazard, Plan } from '../schema/change.ts'
import type { Output, Style } from './output.ts'

type Styled = Pick<Output, 'styled'>

/** Each change with its SQL, its locks and its hazards. */
export function planText({ changes }: Pick<Plan, 'changes'>, output: Styled): string {
  return changes.map(change => changeLines(change, output).join('\n')).join('\n\n')
}

function changeLines({ kind, object, sql, locks, rewrites, scans, hazards }: Change, output: Styled): string[] {
  const [sign, style] = signOf(kind)
  const notes = [
    ...locks.map(({ mode, on }) => `lock ${mode} on ${on}`),
    ...(rewrites ? ['writes all rows anew'] : scans ? ['reads all rows'] : []),
  ]
  return [
    output.styled(style, `${sign} ${kind} ${output.styled('bold', object)}`),
    ...sql.split('\n').map(line => `    ${line}`),
    ...notes.map(note => output.styled('dim', `    ${note}`)),
    ...hazards.map(hazard => output.styled('red', `    ! ${hazardText(hazard)}`)),
  ]
}

/** A hazard in a line, with the name that allows it. */
export function hazardText({ kind, message, allow }: Hazard): string {
  return `${kind}: ${message} (${allow})`
}

function signOf(kind: string): readonly [sign: string, style: Style] {
  if (/^(create|add)\b/.test(kind)) return ['+', 'green']
  if (/^drop\b/.test(kind)) return ['-', 'red']
  return ['~', 'yellow']
}

/** `1 change`, `2 changes`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
