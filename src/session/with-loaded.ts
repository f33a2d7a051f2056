import type { Cascade } from '../../types/literal.ts'
import { Collection } from './collection.ts'
import { recordOf, relatedOf, type RowRecord } from './record.ts'

/** An object, and those in its collections that go with it, as far as they were loaded. */
export function withLoaded(record: RowRecord, cascade: Cascade, found = new Set<RowRecord>()): Set<RowRecord> {
  if (found.has(record)) return found
  found.add(record)
  for (const related of relatedOf(record)) {
    if (!(related instanceof Collection) || related.relation.kind !== 'many') continue
    if (!related.relation.key.cascade.includes(cascade)) continue
    for (const row of related.array) {
      const child = recordOf(row)
      // The whole object goes, whichever part the relation leads to.
      if (child !== null && child.session === record.session) withLoaded(child, cascade, found)
    }
  }
  return found
}
