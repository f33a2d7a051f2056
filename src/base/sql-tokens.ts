/**
 * SQL cut into the pieces that Postgres's own scanner would make of it (PostgreSQL manual, "Lexical Structure"), for those who
 * look for names in it. It knows no grammar. Strings are read as with `standard_conforming_strings`, which is the default.
 */

/**
 * `word` is a bare name or a keyword, with `name` in the lower case that Postgres gives it; `quoted` a name between double
 * quotes. `constant` is a string, a number or a parameter, and a name as `U&"…"`, which would have to be decoded. All else is
 * a `symbol`, and operators are whole.
 */
export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'constant' | 'symbol'
  /** As it is written; a quoted name without its quotes. */
  readonly text: string
  /** A name as the database knows it. */
  readonly name: string
  /** Where it begins and ends in the text. */
  readonly start: number
  readonly end: number
}

/** The letters that names go on with. */
export const nameLetter = String.raw`\w$\u0080-\uffff`

/** Strings: `'…'`, `E'…'`, `U&'…'`, dollar quotes. What is not closed goes to the end of the text. */
// biome-ignore format: one kind a line
const strings = [
  // In E'...' a backslash escapes; the string goes on in the next line's quotes, by the same rules.
  String.raw`(?<![${nameLetter}])[eE]'(?:[^'\\]+|\\[^]?|''|'[^\S\n\r]*[\n\r]\s*')*(?:'|$)`,
  `(?:(?<![${nameLetter}])[uU]&)?'[^']*(?:'|$)`,
  String.raw`(?<![${nameLetter}])(?<quote>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[^]*?(?:\k<quote>|$)`,
]

// biome-ignore format: one kind a line
const token = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n\r]*)`,
    String.raw`(?<comment>/\*)`,
    `(?<constant>${[...strings, String.raw`(?:\d|\.\d)[\w.]*`, String.raw`\$\d+`, String.raw`\0`, '[uU]&"[^"]*(?:"|$)'].join('|')})`,
    `(?<quoted>"(?:[^"]|"")*(?:"|$))`,
    String.raw`(?<word>[A-Za-z_\u0080-\uffff][${nameLetter}]*)`,
    String.raw`(?<symbol>::|:=|(?:(?!--|/\*)[-+*/<>=~!@#%^&|${'`'}?])+|[^])`,
  ].join('|'),
  'g',
)

/** The tokens of a text, without space and comments. A NUL, which no SQL holds, stands for a value and is a constant. */
export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = []
  const found = new RegExp(token)
  for (let match = found.exec(text); match !== null; match = found.exec(text)) {
    const { space, comment, constant, quoted, word } = match.groups ?? {}
    const [all] = match
    const place = { start: match.index, end: match.index + all.length }
    if (comment !== undefined) found.lastIndex = commentEnd(text, match.index)
    else if (constant !== undefined) tokens.push({ kind: 'constant', text: all, name: all, ...place })
    else if (quoted !== undefined) {
      const name = quoted.replace(/^"|"$/g, '').replaceAll('""', '"')
      tokens.push({ kind: 'quoted', text: name, name, ...place })
    } else if (word !== undefined) tokens.push({ kind: 'word', text: word, name: folded(word), ...place })
    else if (space === undefined) tokens.push({ kind: 'symbol', text: all, name: all, ...place })
  }
  return tokens
}

/** Where a comment ends that starts here; comments nest in Postgres. */
export function commentEnd(text: string, start: number): number {
  let depth = 0
  const edges = /\/\*|\*\//g
  edges.lastIndex = start
  for (let edge = edges.exec(text); edge !== null; edge = edges.exec(text)) {
    depth += edge[0] === '/*' ? 1 : -1
    if (depth === 0) return edges.lastIndex
  }
  return text.length
}

/** Postgres folds the letters of ASCII alone, in databases of more than one byte a letter. */
function folded(word: string): string {
  return word.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}
