/** What is made and changed, part by part, each after what it depends on. */
import { quote, quoteQualified } from '../../base/identifier.ts'
import { change, label, locked } from '../../ddl/change/change.ts'
import { alterSequence, newSequence } from '../../ddl/change/sequence.ts'
import { addIndex, addNewIndex, dropIndex, replaceIndex } from '../../ddl/change/table-index.ts'
import { commentChange, newTable, rowSecurityChanges, storageChanges } from '../../ddl/change/table.ts'
import { addValues, alterComposite, alterDomain, remakeComposite, setAside } from '../../ddl/change/type.ts'
import { createExtension, functionStatements } from '../../ddl/create.ts'
import { creationOrder, type Part } from '../../ddl/creation-order.ts'
import { statementText } from '../../ddl/fragment-text.ts'
import { policyStatement } from '../../ddl/policy.ts'
import { rawStatement } from '../../ddl/raw.ts'
import { triggerStatement } from '../../ddl/trigger.ts'
import { compositeStatement, domainStatement, enumStatement } from '../../ddl/user-type.ts'
import { viewStatement, viewWord } from '../../ddl/view.ts'
import type { Change } from '../../schema/change.ts'
import type { EnumModel, Model, TableModel, ViewModel } from '../../schema/model.ts'
import { accessChange } from './access.ts'
import { alterPolicy } from './altered-policies.ts'
import { rawLabel } from './clear.ts'
import { betweenChanges, indexComments, isNotOwning } from './between.ts'
import { columnChanges, typesToInherit } from './columns.ts'
import { isMadeOf } from './column-fates.ts'
import { type Comparison, isTypeOver } from './comparison.ts'
import { unbroken } from './domains.ts'
import { asFilled, fillView } from './filled-views.ts'
import { keysForLater } from './foreign-keys.ts'
import { byName, functionName, nameOf } from './identity.ts'
import { inheritance, leaving } from './inheritance.ts'
import { paired } from './pairs.ts'
import { followed } from './attachment.ts'
import { ownChanges } from './partition-tree.ts'
import { addRawKey, alterRawKey } from './raw-keys.ts'
import { rawLocks, rawName } from './raw-locks.ts'
import { takesPlace } from './tablespace.ts'
import { rawAgain } from './raw-again.ts'
import { named } from './replaced.ts'
import { replaceView } from './replaced-views.ts'
import { isSchema, newSchemas } from './schemas.ts'
import { staleHazards } from './stale.ts'
import { isOfType } from './typed-tables.ts'
import { undoRaw } from './undo-raw.ts'
import { indexFate } from './table-parts.ts'

export function buildingUp(comparison: Comparison): Change[] {
  const { from, to } = comparison
  const later = keysForLater(comparison)
  const before = {
    tables: new Map(comparison.tables.both.map(([was, is]) => [is, was])),
    enums: byName(from.enums),
    types: byName(from.types),
    sequences: byName(from.sequences),
    views: byName(from.views),
    functions: new Map(from.functions.map(one => [functionName(one), one])),
    raw: new Map(from.raw.map(one => [one.name, one])),
  }
  const again = rawAgain(comparison)
  const ofPart = (part: Part): Change[] => {
    switch (part.kind) {
      case 'start':
        return [...startChanges(from, to), ...leaving(comparison)]
      case 'raw': {
        if (part.raw.kind === 'tablespace') return takesPlace(comparison, part.raw)
        if (isSchema(part.raw) || isOfType(part.raw)) return []
        const old = before.raw.get(part.raw.name)
        const isMade = old === undefined || comparison.remade.raw.has(part.raw.name) || again.has(part.raw.name)
        if (isMade) return newRaw(part.raw, comparison)
        return rawStatement(old) === rawStatement(part.raw) ? [] : alterRawKey(comparison, old, part.raw)
      }
      case 'sequence': {
        const old = before.sequences.get(nameOf(part.sequence))
        return old === undefined
          ? [newSequence(part.sequence)]
          : alterSequence(from, old, to, part.sequence).filter(isNotOwning)
      }
      case 'enum':
        return enumChanges(before.enums.get(nameOf(part.enum)), part.enum)
      case 'type':
        return typeChanges(comparison, before.types.get(nameOf(part.type)), part.type)
      case 'function': {
        const old = before.functions.get(functionName(part.function))
        return newFunction(old, part.function, comparison)
      }
      case 'table': {
        const was = before.tables.get(part.table)
        if (was === undefined) {
          return newTable(to, named(comparison, part.table), new Set(later.keys()))
        }
        return [
          ...typesToInherit(comparison, was, part.table),
          ...inheritance(comparison, was, part.table),
          ...storageChanges(part.table, 'table', was.with, part.table.with),
          ...tableColumnChanges(comparison, was, part.table),
        ]
      }
      case 'between':
        return betweenChanges(comparison, before.tables)
      case 'view':
        return viewChanges(comparison, before.views.get(nameOf(part.view)), part.view)
      case 'end':
        return to.sortedTables.flatMap(table => endChanges(comparison, before.tables.get(table), table))
    }
  }
  return creationOrder(to).flatMap(ofPart)
}

function startChanges(from: Model, to: Model): Change[] {
  const extensions = new Map(from.extensions.map(one => [one.name, one]))
  return [
    ...newSchemas(from, to),
    ...to.extensions.flatMap(one => {
      const old = extensions.get(one.name)
      const inverse = `drop extension ${quote(one.name)}`
      if (old === undefined) return [change('create extension', one.name, createExtension(one), { inverse })]
      if (one.schema === null || (old.schema ?? 'public') === one.schema) return []
      const sql = `alter extension ${quote(one.name)} set schema ${quote(one.schema)}`
      return [change('alter extension', one.name, sql)]
    }),
  ]
}

function newRaw(raw: Model['raw'][number], comparison: Comparison): Change[] {
  const { to, tables } = comparison
  const access = accessChange(comparison, raw, false, rawStatement(raw), undoRaw(raw, to))
  if (access !== null) return [access]
  const fresh = new Set(tables.fresh.map(rawName))
  return (
    addRawKey(comparison, raw) ?? [
      change(raw.kind === 'alter' ? 'alter' : `create ${raw.kind}`, rawLabel(raw), rawStatement(raw), {
        inverse: undoRaw(raw, to),
        locks: rawLocks(raw, 'made').filter(lock => !fresh.has(lock.on)),
      }),
    ]
  )
}

function enumChanges(was: EnumModel | undefined, is: EnumModel): Change[] {
  const inverse = `drop type ${quoteQualified(is)}`
  const made = change('create type', label(is), enumStatement(is), { inverse })
  if (was === undefined) return [made]
  return addValues(was, is) ?? [...setAside('type', is).changes, made]
}

function typeChanges(
  comparison: Comparison,
  was: Model['types'][number] | undefined,
  is: Model['types'][number],
): Change[] {
  const { tables, remadeTypes } = comparison
  const word = is.kind === 'domain' ? 'domain' : 'type'
  const sql = is.kind === 'domain' ? domainStatement(is) : compositeStatement(is)
  const made = change(`create ${word}`, label(is), sql, { inverse: `drop ${word} ${quoteQualified(is)}` })
  if (was === undefined || (remadeTypes.has(nameOf(is)) && isTypeOver(was, comparison.raws))) return [made]
  if (remadeTypes.has(nameOf(is))) {
    if (was.kind !== 'composite' || is.kind !== 'composite') return [...setAside(word, is).changes, made]
    const remade = remakeComposite(was, is)
    return [...remade.changes, { ...made, sql: compositeStatement(remade.made) }]
  }
  if (was.kind === 'domain' && is.kind === 'domain') {
    const name = new Set([nameOf(is)])
    const users = tables.both.flatMap(([old, table]) =>
      old.columns.some(one => isMadeOf(one.type, name)) ? [table] : [],
    )
    return alterDomain(unbroken(comparison, was), is, users) ?? []
  }
  return was.kind === 'composite' && is.kind === 'composite' ? alterComposite(was, is) : [made]
}

function newFunction(
  old: Model['functions'][number] | undefined,
  given: Model['functions'][number],
  comparison: Comparison,
): Change[] {
  const isRemade = comparison.remade.functions.has(functionName(given))
  if (old !== undefined && !isRemade && statementText(old.sql) === statementText(given.sql)) return []
  const word = given.kind ?? 'function'
  const inverse =
    old === undefined || isRemade ? `drop ${word} ${given.signature ?? quote(given.name)}` : statementText(old.sql)
  const hazards = old === undefined || isRemade ? [] : staleHazards(comparison, old, given)
  return functionStatements(given).map(sql =>
    sql.startsWith('set ')
      ? change('set', 'check_function_bodies', sql)
      : change(old === undefined || isRemade ? `create ${word}` : `replace ${word}`, functionName(given), sql, {
          inverse,
          hazards,
        }),
  )
}

/** A partition follows the table above. */
function tableColumnChanges(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const changes = columnChanges(comparison, was, is)
  const parent = followed(comparison, was, is)
  return parent === undefined ? changes : ownChanges(is, changes, parent[1], columnChanges(comparison, ...parent))
}

function viewChanges(comparison: Comparison, was: ViewModel | undefined, is: ViewModel): Change[] {
  const { remade } = comparison
  const word = viewWord(is)
  if (was === undefined || was.materialized !== is.materialized || remade.views.has(nameOf(is))) {
    return [
      change(`create ${word}`, label(is), viewStatement(asFilled(was, is)), {
        inverse: `drop ${word} ${quoteQualified(is)}`,
      }),
      ...is.indexes.map(index => addNewIndex(is, index)),
      ...(is.comment === null ? [] : [commentChange(word, is, null, is.comment)]),
      ...indexComments(is, [], is.indexes),
    ]
  }
  if (!is.materialized && viewStatement(was) !== viewStatement(is)) {
    return [
      replaceView(was, is),
      ...(was.comment === is.comment ? [] : [commentChange(word, is, was.comment, is.comment)]),
    ]
  }
  const indexes = indexFate(comparison, was, is)
  const on = { schema: is.schema, name: is.name, isPartitioned: false }
  return [
    ...storageChanges(is, word, was.with, is.with),
    ...(is.materialized ? fillView(was, is) : []),
    ...indexes.gone.map(index => dropIndex(on, index)),
    ...indexes.fresh.map(index => addIndex(on, index)),
    ...indexes.changed.flatMap(([old, index]) => replaceIndex(on, old, index)),
    ...(was.comment === is.comment ? [] : [commentChange(word, is, was.comment, is.comment)]),
    ...indexComments(is, was.indexes, is.indexes),
  ]
}

function endChanges({ remade, replaced }: Comparison, was: TableModel | undefined, is: TableModel): Change[] {
  const triggers = paired(was?.triggers ?? [], is.triggers, one => one.name)
  const policies = paired(was?.policies ?? [], is.policies, one => one.name)
  const key = nameOf(is)
  // Partitions of another of its name may have come to it.
  const stood = was !== undefined || replaced.has(key)
  const locks = stood ? locked('SHARE ROW EXCLUSIVE', is) : []
  return [
    ...is.triggers
      .filter(one => triggers.fresh.includes(one) || remade.triggers.has(`${key} ${one.name}`))
      .map(one =>
        change('create trigger', label(is, one.name), triggerStatement(is, one), {
          inverse: `drop trigger ${quote(one.name)} on ${quoteQualified(is)}`,
          locks,
        }),
      ),
    ...rowSecurityChanges(is, was),
    ...policies.both
      .filter(([, one]) => was !== undefined && !remade.policies.has(`${key} ${one.name}`))
      .filter(([old, one]) => policyStatement(is, old) !== policyStatement(is, one))
      .map(([old, one]) => alterPolicy(was ?? is, is, old, one)),
    ...is.policies
      .filter(one => policies.fresh.includes(one) || remade.policies.has(`${key} ${one.name}`))
      .map(one =>
        change('create policy', label(is, one.name), policyStatement(is, one), {
          inverse: `drop policy ${quote(one.name)} on ${quoteQualified(is)}`,
          locks: was === undefined ? [] : locked('ACCESS EXCLUSIVE', is),
        }),
      ),
  ]
}
