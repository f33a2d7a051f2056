/**
 * Fragments as text that stands on its own: DDL takes no parameters, so values become constants. Statements that can
 * carry values are printed by src/sql, never here.
 */
import type { Fragment, Part } from '../base/fragment.ts'
import { quote } from '../base/identifier.ts'
import { constant } from './constant.ts'

/**
 * The fragment's SQL without the space around it, its values as constants and its names quoted. SQL whose last line
 * holds a `--` comment ends in a line break, so that the comment does not swallow what is printed after it.
 */
export function fragmentText(fragment: Fragment): string {
  const text = fragment.parts.map(partText).join('').trim()
  return text.slice(text.lastIndexOf('\n') + 1).includes('--') ? `${text}\n` : text
}

/** A whole query or statement: the same without the semicolons it may end in. */
export function statementText(fragment: Fragment): string {
  return fragmentText(fragment).replace(/[;\s]+$/, ending => (ending.endsWith('\n') ? '\n' : ''))
}

function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'value':
      return constant(part.value)
    case 'identifier':
      return part.names.map(quote).join('.')
  }
}
