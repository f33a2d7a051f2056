/** Postgres's printed expressions, so that they are read back as what they were. */

/**
 * The text with what Postgres prints in a way that it reads back otherwise put in words that it does not. A list of `varchar` beside `text`
 * is printed as `(ARRAY['a'::character varying])::text[]`, whose cast would be pushed into the elements; a field of `extract` that was given as
 * a string is printed bare, and would be read in lower case. Strings and quoted names are left alone.
 */
export function printedText(text: string): string {
  if (!text.includes('(ARRAY[') && !text.includes('EXTRACT(')) return text
  return withArrays(text).replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\bEXTRACT\(([A-Za-z_]*[A-Z][A-Za-z_]*) FROM /g,
    (found, field?: string) => (field === undefined ? found : `EXTRACT('${field}' FROM `),
  )
}

const start = '(ARRAY['

function withArrays(text: string): string {
  let made = ''
  let from = 0
  for (let at = 0; at < text.length; ) {
    const end = quotedEnd(text, at)
    if (end !== at) at = end
    else if (text.startsWith(start, at)) {
      const open = at + start.length - 1
      const close = closing(text, open)
      const cast = /^\]\)::([^'"(),]+?)\[\]/.exec(text.slice(close, close + 200))?.[1]
      const type = cast === undefined ? undefined : elementType(text.slice(open + 1, close))
      if (type !== undefined && type !== cast) {
        made += `${text.slice(from, close + 1)}::${type}[]`
        from = close + 1
      }
      at += start.length
    } else at++
  }
  return made + text.slice(from)
}

/** Past the string or the quoted name that begins here; the same place where none does. */
function quotedEnd(text: string, at: number): number {
  const quote = text[at]
  if (quote !== "'" && quote !== '"') return at
  let end = at + 1
  while (end < text.length && (text[end] !== quote || text[end + 1] === quote)) end += text[end] === quote ? 2 : 1
  return end + 1
}

/** The place of the bracket that closes the one here. */
export function closing(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; ) {
    const end = quotedEnd(text, at)
    if (end !== at) {
      at = end
      continue
    }
    if (text[at] === '[' || text[at] === '(') depth++
    else if (text[at] === ']' || text[at] === ')') depth--
    if (depth === 0) return at
    at++
  }
  return text.length
}

/** The type that every element is cast to, where there is one. */
function elementType(elements: string): string | undefined {
  const types = new Set(elements.split(/, (?=(?:[^']|'[^']*')*$)/).map(one => /::([a-z][a-z ]*)$/.exec(one)?.[1]))
  const [type] = types
  return types.size === 1 ? type : undefined
}
