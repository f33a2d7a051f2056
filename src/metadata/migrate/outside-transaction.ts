/** What a statement means for the transaction that it would run in, by its first words. */
import type { SqlToken } from '../../base/sql-tokens.ts'

/**
 * The words by which Postgres refuses a statement inside a transaction; null for all that it takes there. Subscriptions are held for
 * refused wherever an option can make them so.
 * @example outsideTransaction(sqlTokens('vacuum full users')) // => 'vacuum'
 */
export function outsideTransaction(tokens: readonly SqlToken[]): string | null {
  const words = tokens.map(token => (token.kind === 'word' ? token.name : ''))
  const has = (word: string): boolean => words.includes(word)
  const [first = '', second = ''] = words
  const two = `${first} ${second}`
  switch (first) {
    case 'vacuum':
      return 'vacuum'
    case 'cluster':
      return words.every(word => word === 'cluster' || word === 'verbose') ? 'cluster' : null
    case 'discard':
      return second === 'all' ? two : null
    case 'reindex':
      if (isOn(tokens, 'concurrently')) return 'reindex concurrently'
      return ['schema', 'database', 'system'].find(has) === undefined ? null : 'reindex'
    case 'create':
      if (second === 'index' || (second === 'unique' && words[2] === 'index'))
        return words[words.indexOf('index') + 1] === 'concurrently' ? 'create index concurrently' : null
      if (second === 'subscription') return has('create_slot') || has('connect') ? null : two
      return second === 'database' || second === 'tablespace' ? two : null
    case 'drop':
      if (second === 'index') return words[2] === 'concurrently' ? 'drop index concurrently' : null
      return ['database', 'tablespace', 'subscription'].includes(second) ? two : null
    case 'alter':
      if (second === 'system') return two
      if (second === 'database') return has('tablespace') ? 'alter database set tablespace' : null
      if (second === 'subscription') return has('publication') ? two : null
      if (second === 'table' && has('detach') && words.at(-1) === 'concurrently')
        return 'alter table detach partition concurrently'
      return null
    default:
      return null
  }
}

/** An option of `reindex`: a bare word, or `(word)` and `(word true)`. */
function isOn(tokens: readonly SqlToken[], option: string): boolean {
  const at = tokens.findIndex(token => token.kind === 'word' && token.name === option)
  return at !== -1 && !['false', 'off', '0'].includes(tokens[at + 1]?.name ?? '')
}

/** The words of a statement that begins or ends a transaction; null for all others, and for savepoints. */
export function transactionWords(tokens: readonly SqlToken[]): string | null {
  const [first, second] = tokens.map(token => (token.kind === 'word' ? token.name : ''))
  if (first === 'rollback' && tokens.some(token => token.kind === 'word' && token.name === 'to')) return null
  if (first === 'start' || first === 'prepare') return second === 'transaction' ? `${first} ${second}` : null
  return first !== undefined && ['begin', 'commit', 'end', 'rollback', 'abort'].includes(first) ? first : null
}

/** Whether it copies rows over the connection, which a file has none for. */
export function copiesRows(tokens: readonly SqlToken[]): boolean {
  const names = tokens.map(token => token.name)
  return tokens[0]?.kind === 'word' && names[0] === 'copy' && (names.includes('stdin') || names.includes('stdout'))
}

/** Whether it sets something of the connection, as `set` and `reset` do. */
export function isSetting(tokens: readonly SqlToken[]): boolean {
  return tokens[0]?.kind === 'word' && ['set', 'reset'].includes(tokens[0].name)
}
