/** The keys that things get in a literal made from a database. */
import type { Catalogue } from './catalogue.ts'

export interface Names {
  /** The key of a relation or a sequence, by its oid. */
  readonly keys: ReadonlyMap<string, string>
  /** The key of a type, as the literal's `enums`, `domains` and `composites` write it. */
  typeKey(named: { readonly schema: string; readonly name: string }): string
}

/**
 * A key is the name in the database; where two schemas have one name, those of other schemas than `public` have their schema before it. A dot
 * would divide a reference, so it becomes an underscore.
 */
export function reflectNames(catalogue: Catalogue): Names {
  const keys = new Map<string, string>()
  const taken = new Set<string>()
  const all = [...catalogue.relations.filter(row => row.kind !== 'c'), ...catalogue.sequences]
  const ofPublic = all.filter(row => row.schema === 'public')
  for (const row of [...ofPublic, ...all.filter(row => row.schema !== 'public')]) {
    const plain = row.name.replaceAll('.', '_')
    const long = `${row.schema}_${row.name}`.replaceAll('.', '_')
    let key = taken.has(plain) ? long : plain
    for (let count = 2; taken.has(key); count++) key = `${long}_${count}`
    taken.add(key)
    keys.set(row.oid, key)
  }
  return {
    keys,
    typeKey: ({ schema, name }) => (schema === 'public' && !name.includes('.') ? name : `${schema}.${name}`),
  }
}
