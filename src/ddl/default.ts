/** Defaults of columns and of domains. */
import type { DefaultModel, TypeModel } from '../schema/model.ts'
import { typedConstant } from './constant.ts'
import { fragmentText } from './fragment-text.ts'

/** What stands after the word `default`. */
export function defaultExpression(type: TypeModel, given: DefaultModel): string {
  if (given.kind === 'value') return typedConstant(type, given.value)
  const text = fragmentText(given.sql)
  return isSelfContained(text) ? text : `(${text})`
}

/** Whether a default gives no value, as if there were none; `default null` of some types is kept with a cast. */
export function isNull(given: DefaultModel | null): boolean {
  return given === null || (given.kind === 'sql' && /^null(?:::|$)/i.test(fragmentText(given.sql)))
}

/** The grammar wants parentheses around most operators here; a name, a plain call and a number read better without. */
function isSelfContained(text: string): boolean {
  return /^[\w.]+(\([^()]*\))?$/.test(text)
}
