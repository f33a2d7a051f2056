/** The catalogues of a database as they were read, with the ways from one to another. */
import { type ColumnRow, readColumns } from './read-columns.ts'
import { type ConstraintRow, readConstraints } from './read-constraints.ts'
import { type DependRow, readDepends } from './read-depends.ts'
import { type FunctionRow, readFunctions } from './read-functions.ts'
import { type IndexRow, readIndexes } from './read-indexes.ts'
import { type CommentRow, type ExtensionRow, readComments, readExtensions, readOthers } from './read-others.ts'
import { type LeftOut, readLeftOut, readsConnections } from './left-out.ts'
import type { OtherRow } from './other-arm.ts'
import { type OwnerRow, readOwners } from './read-owners.ts'
import {
  type DefaultPrivilegeRow,
  type PrivilegeRow,
  readDefaultPrivileges,
  readPrivileges,
} from './read-privileges.ts'
import { type RelationRow, readRelations } from './read-relations.ts'
import { readSequences, type SequenceRow } from './read-sequences.ts'
import { type PolicyRow, readPolicies, readTriggers, type TriggerRow } from './read-triggers.ts'
import { readTablespaces, type TablespaceRow } from './read-tablespaces.ts'
import { readTypes, type TypeRow } from './read-types.ts'
import type { Reader, SchemaFilter } from './read.ts'

export interface Catalogue {
  readonly relations: readonly RelationRow[]
  readonly relationByOid: ReadonlyMap<string, RelationRow>
  /** By the oid of their relation, in order. */
  readonly columns: ReadonlyMap<string, readonly ColumnRow[]>
  /** By the oid of their relation; those of domains by the oid of the domain. */
  readonly constraints: ReadonlyMap<string, readonly ConstraintRow[]>
  readonly indexes: ReadonlyMap<string, readonly IndexRow[]>
  readonly triggers: ReadonlyMap<string, readonly TriggerRow[]>
  readonly policies: ReadonlyMap<string, readonly PolicyRow[]>
  readonly types: readonly TypeRow[]
  readonly typeByOid: ReadonlyMap<string, TypeRow>
  readonly typeByArray: ReadonlyMap<string, TypeRow>
  readonly sequences: readonly SequenceRow[]
  readonly functions: readonly FunctionRow[]
  readonly others: readonly OtherRow[]
  readonly extensions: readonly ExtensionRow[]
  readonly comments: readonly CommentRow[]
  readonly owners: readonly OwnerRow[]
  readonly privileges: readonly PrivilegeRow[]
  readonly defaultPrivileges: readonly DefaultPrivilegeRow[]
  readonly tablespaces: readonly TablespaceRow[]
  readonly depends: readonly DependRow[]
  readonly leftOut: readonly LeftOut[]
}

/** One query for each kind, one after the other, so that all see the same moment of one transaction. */
export async function readCatalogue(
  reader: Reader,
  filter: SchemaFilter,
  { privileges = true, tablespaces = true }: { readonly privileges?: boolean; readonly tablespaces?: boolean } = {},
): Promise<Catalogue> {
  const relations = await readRelations(reader, filter)
  const columns = await readColumns(reader, filter)
  const constraints = await readConstraints(reader, filter)
  const indexes = await readIndexes(reader, filter)
  const triggers = await readTriggers(reader, filter)
  const policies = await readPolicies(reader, filter)
  const types = await readTypes(reader, filter)
  const mayReadConnections = await readsConnections(reader)
  return {
    relations,
    relationByOid: new Map(relations.map(row => [row.oid, row])),
    columns: grouped(columns, row => row.relation),
    constraints: grouped(constraints, row => (row.domain === '0' ? row.relation : row.domain)),
    indexes: grouped(indexes, row => row.relation),
    triggers: grouped(triggers, row => row.relation),
    policies: grouped(policies, row => row.relation),
    types,
    typeByOid: new Map(types.map(row => [row.oid, row])),
    typeByArray: new Map(types.map(row => [row.array, row])),
    sequences: await readSequences(reader, filter),
    functions: await readFunctions(reader, filter),
    others: await readOthers(reader, filter, mayReadConnections),
    extensions: await readExtensions(reader),
    comments: await readComments(reader, filter),
    owners: privileges ? await readOwners(reader, filter) : [],
    privileges: privileges ? await readPrivileges(reader, filter) : [],
    defaultPrivileges: privileges ? await readDefaultPrivileges(reader, filter) : [],
    tablespaces: tablespaces ? await readTablespaces(reader, filter) : [],
    depends: await readDepends(reader),
    leftOut: await readLeftOut(reader, mayReadConnections),
  }
}

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return groups
}
