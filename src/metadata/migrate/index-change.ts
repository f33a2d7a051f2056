/** Which index a statement builds or drops concurrently: what it leaves half done can be told from the catalogue. */
import type { SqlToken } from '../../base/sql-tokens.ts'
import { quote } from '../../base/identifier.ts'

export type IndexChange =
  /** The table as SQL writes it; the index is in the table's schema. */
  | { readonly kind: 'create'; readonly index: string; readonly table: string }
  /** The index as SQL writes it. */
  | { readonly kind: 'drop'; readonly index: string }

/** What is done concurrently to one index; null for another statement; 'unnamed' when Postgres would find a name for it. */
export function readIndexChange(tokens: readonly SqlToken[]): IndexChange | 'unnamed' | null {
  const words = tokens.map(token => (token.kind === 'word' ? token.name : ''))
  const isCreate = words[0] === 'create' && (words[1] === 'index' || (words[1] === 'unique' && words[2] === 'index'))
  if (!isCreate && !(words[0] === 'drop' && words[1] === 'index')) return null
  let at = words.indexOf('index') + 1
  if (words[at] !== 'concurrently') return null
  at++
  if (words[at] === 'if') at += words[at + 1] === 'not' ? 3 : 2
  if (!isCreate) {
    const { text, next } = qualified(tokens, at)
    return tokens[next]?.text === ',' ? null : { kind: 'drop', index: text }
  }
  if (words[at] === 'on') return 'unnamed'
  const index = tokens[at]?.name
  at++
  if (index === undefined || words[at] !== 'on') return null
  at += words[at + 1] === 'only' ? 2 : 1
  return { kind: 'create', index, table: qualified(tokens, at).text }
}

function qualified(tokens: readonly SqlToken[], start: number): { readonly text: string; readonly next: number } {
  const parts: string[] = []
  let at = start
  for (let token = tokens[at]; token?.kind === 'word' || token?.kind === 'quoted'; token = tokens[at]) {
    parts.push(quote(token.name))
    if (tokens[at + 1]?.text !== '.') return { text: parts.join('.'), next: at + 1 }
    at += 2
  }
  return { text: parts.join('.'), next: at }
}
