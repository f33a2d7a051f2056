/** How a statement is best sent, as far as its text tells. */

/**
 * - `planned`: one statement that has a plan, worth keeping prepared
 * - `single`: one statement without a plan, as `begin`, `set` or `create table`
 * - `several`: perhaps more than one
 */
export type StatementKind = 'planned' | 'single' | 'several'

const leading = String.raw`^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/|\()*`
const planned = new RegExp(`${leading}(?:select|insert|update|delete|with|values|merge|table)\\b`, 'i')
const ending = /;[\s;]*$/

/** A semicolon inside a string counts as one between statements: what is sent as several is right for one, too. */
export function statementKind(text: string): StatementKind {
  const last = text.indexOf(';')
  if (last !== -1 && text.slice(last).replace(ending, '') !== '') return 'several'
  return planned.test(text) ? 'planned' : 'single'
}

const unfit = new RegExp(
  `${leading}(begin|start\\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\\s+transaction|copy)\\b`,
  'i',
)

/** The words of a statement that cannot be part of a pipeline, since it begins or ends a transaction or copies rows; null for others. */
export function unfitForPipeline(text: string): string | null {
  return unfit.exec(text)?.[1]?.toLowerCase() ?? null
}

const word = new RegExp(`${leading}([a-z]+)`, 'i')

/** The word that a statement begins with, behind spaces, comments and brackets; '' for none. */
export function firstWord(text: string): string {
  return word.exec(text)?.[1] ?? ''
}
