/**
 * SQL with `:name` parameters made SQL with `$1` parameters.
 *
 * A colon is a parameter when a letter or an underscore follows it and neither a colon nor the end of a name, a number or
 * a bracketed expression stands before it. So `::casts`, `:=` and slices as `a[1:n]` and `a[low:high]` are left alone; in
 * `a[:n]` the `n` is a parameter. Nothing is one inside strings, quoted names, dollar quotes and comments.
 */
import { EngineError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { commentEnd, nameLetter } from '../base/sql-tokens.ts'
import type { Statement } from '../base/statement.ts'
import { encodeParameter } from './parameter.ts'

/**
 * The statement with its names as numbers, in the order of their first use, and their values in text form.
 * @throws EngineError for a name that is not given, a value that is not used, and `$1` beside names
 * @example bindNamed('select :a::text, :b, :a', { a: 1, b: 'x' }) // => { text: 'select $1::text, $2, $1', values: ['1', 'x'] }
 */
export function bindNamed(text: string, values: { readonly [name: string]: unknown }): Statement {
  const numbers = new Map<string, number>()
  let positional: string | null = null
  let bound = ''
  let copied = 0
  const tokens = new RegExp(token)
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [all, name] = found
    if (all === '/*') tokens.lastIndex = commentEnd(text, found.index)
    else if (name !== undefined) {
      const number = numbers.get(name) ?? numbers.size + 1
      numbers.set(name, number)
      bound += `${text.slice(copied, found.index)}$${number}`
      copied = tokens.lastIndex
    } else if (/^\$\d/.test(all)) positional ??= all
  }
  bound += text.slice(copied)
  const names = [...numbers.keys()]
  const given = Object.keys(values)
  for (const name of names) {
    if (!Object.hasOwn(values, name)) throw new EngineError('missingParameter', [name, suggestion(name, given)])
  }
  const [unused] = given.filter(name => !numbers.has(name))
  if (unused !== undefined) throw new EngineError('unusedParameter', [unused, suggestion(unused, names)])
  if (positional !== null && names[0] !== undefined) throw new EngineError('mixedParameters', [positional, names[0]])
  return { text: bound, values: names.map(name => encodeParameter(values[name], name)) }
}

/** What may hold a colon, or is a parameter: then its name is the first group. What is not closed goes to the end of the text. */
// biome-ignore format: columns line up
const token = new RegExp(
  [
    String.raw`(?<![:"\])${nameLetter}]):([A-Za-z_\u0080-\uffff][${nameLetter}]*)`,
    String.raw`--[^\n\r]*`,
    String.raw`/\*`,
    // In E'...' a backslash escapes; the string goes on in the next line's quotes, by the same rules.
    String.raw`(?<![${nameLetter}])[eE]'(?:[^'\\]+|\\[^]?|''|'[^\S\n\r]*[\n\r]\s*')*(?:'|$)`,
    `'[^']*(?:'|$)`,
    `"[^"]*(?:"|$)`,
    String.raw`(?<![${nameLetter}])(?<quote>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[^]*?(?:\k<quote>|$)`,
    String.raw`(?<![${nameLetter}])\$\d+`,
  ].join('|'),
  'g',
)
