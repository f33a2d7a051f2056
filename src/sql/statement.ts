/** Fragments as statements. */
import type { Fragment } from '../base/fragment.ts'
import { quote } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import { encodeParameter } from './parameter.ts'

/**
 * The text of a fragment with `$1`, `$2`, … for its values, in their order, and the values in text form.
 * @throws ValueError for a value that no parameter can carry
 */
export function statementOf(fragment: Fragment): Statement {
  const values: (string | null)[] = []
  let text = ''
  for (const part of fragment.parts) {
    if (part.kind === 'text') text += part.text
    else if (part.kind === 'identifier') text += part.names.map(quote).join('.')
    else {
      values.push(encodeParameter(part.value, values.length))
      text += `$${values.length}`
    }
  }
  return { text, values }
}
