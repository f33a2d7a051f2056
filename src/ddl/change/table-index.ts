/** Changes of indexes, none of which keeps others from writing. */
import { derivedName, literal, quote, quoteQualified } from '../../base/identifier.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { IndexModel, QualifiedName } from '../../schema/model.ts'
import { createIndex } from '../index-statement.ts'
import { change, hazard, label, locked } from './change.ts'

/** What an index is on; a partitioned table has no index that is built while others write. */
export interface Indexed extends QualifiedName {
  readonly isPartitioned: boolean
}

export function addIndex(relation: Indexed, index: IndexModel): Change {
  const object = label({ schema: relation.schema, name: index.name })
  const hazards: Hazard[] = []
  if (index.unique) {
    const message = `two rows of '${label(relation)}' that are the same to '${index.name}' make it fail`
    hazards.push(hazard('may fail', 'create index', object, message, relation))
  }
  if (relation.isPartitioned) {
    const message = `nobody can write '${label(relation)}' while its rows are read`
    hazards.push(hazard('blocks', 'create index', object, message, relation))
  }
  return change(
    'create index',
    object,
    createIndex(relation, index, relation.isPartitioned ? 'plain' : 'concurrently'),
    {
      inverse: dropSql(relation, index.name),
      locks: locked(relation.isPartitioned ? 'SHARE' : 'SHARE UPDATE EXCLUSIVE', relation),
      scans: true,
      transaction: relation.isPartitioned ? 'shared' : 'none',
      hazards,
    },
  )
}

/** The index of a partitioned table whose partitions have it already. */
export function addIndexAlone(relation: QualifiedName, index: IndexModel): Change {
  const named = { schema: relation.schema, name: index.name }
  return change('create index', label(named), createIndex(relation, index, 'only'), {
    inverse: `drop index ${quoteQualified(named)}`,
    locks: locked('SHARE', relation),
  })
}

/** An index of a relation that the same plan makes. */
export function addNewIndex(relation: QualifiedName, index: IndexModel): Change {
  const object = label({ schema: relation.schema, name: index.name })
  return change('create index', object, createIndex(relation, index, 'plain'))
}

export function dropIndex(relation: Indexed, index: IndexModel): Change {
  const named = { schema: relation.schema, name: index.name }
  return change('drop index', label(named), dropSql(relation, index.name), {
    inverse: createIndex(relation, index, relation.isPartitioned ? 'plain' : 'concurrently'),
    locks: relation.isPartitioned
      ? locked('ACCESS EXCLUSIVE', relation, named)
      : locked('SHARE UPDATE EXCLUSIVE', relation, named),
    transaction: relation.isPartitioned ? 'shared' : 'none',
  })
}

function dropSql(relation: Indexed, name: string): string {
  return `drop index ${relation.isPartitioned ? '' : 'concurrently '}${quoteQualified({ schema: relation.schema, name })}`
}

/** The old one stays under another name until the new one is there. */
export function replaceIndex(relation: Indexed, from: IndexModel, to: IndexModel): Change[] {
  if (relation.isPartitioned) return [dropIndex(relation, from), addIndex(relation, to)]
  const aside = derivedName(from.name, '', 'old')
  return [
    renameIndex(relation, from.name, aside),
    addIndex(relation, to),
    dropIndex(relation, { ...from, name: aside }),
  ]
}

export function renameIndex(relation: QualifiedName, from: string, to: string): Change {
  const sql = (before: string, after: string): string =>
    `alter index ${quoteQualified({ schema: relation.schema, name: before })} rename to ${quote(after)}`
  return change('rename index', label({ schema: relation.schema, name: from }), sql(from, to), {
    inverse: sql(to, from),
    locks: locked('SHARE UPDATE EXCLUSIVE', { schema: relation.schema, name: from }),
  })
}

export function commentOnIndex(relation: QualifiedName, from: string | null, index: IndexModel): Change {
  const named = { schema: relation.schema, name: index.name }
  const sql = (comment: string | null): string =>
    `comment on index ${quoteQualified(named)} is ${comment === null ? 'null' : literal(comment)}`
  return change('comment on index', label(named), sql(index.comment), {
    inverse: sql(from),
    locks: locked('SHARE UPDATE EXCLUSIVE', named),
  })
}
