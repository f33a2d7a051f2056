/** What goes at the end, once nothing holds on to it. */
import { quote, quoteQualified } from '../../base/identifier.ts'
import { change, hazard, label } from '../../ddl/change/change.ts'
import { dropColumn } from '../../ddl/change/column.ts'
import { dropSequence } from '../../ddl/change/sequence.ts'
import { setAside } from '../../ddl/change/type.ts'
import { createExtension } from '../../ddl/create.ts'
import { creationOrder } from '../../ddl/creation-order.ts'
import { rawStatement } from '../../ddl/raw.ts'
import { compositeStatement, domainStatement, enumStatement } from '../../ddl/user-type.ts'
import type { Change } from '../../schema/change.ts'
import { dropFunction, dropRaw, goneFunctions, namesView } from './clear.ts'
import { isGoneGenerated } from './columns.ts'
import { isCountedOn } from './counters.ts'
import { type Comparison, namesRemade } from './comparison.ts'
import { dropOf, lateDrops } from './drop-order.ts'
import { functionName, nameOf } from './identity.ts'
import { isLeft } from './inheritance.ts'
import { paired } from './pairs.ts'
import { followed } from './attachment.ts'
import { isObject } from './remade-raw.ts'
import { goneSchemas, isSchema } from './schemas.ts'

export function takingAway(comparison: Comparison): Change[] {
  const { from, to, tables, remadeTypes } = comparison
  const goneTables = new Set(tables.gone.map(table => table.key))
  const goneColumns = new Set<string>()
  for (const [was, is] of tables.both) {
    for (const column of paired(was.columns, is.columns, one => one.name).gone)
      goneColumns.add(`${was.key} ${column.key}`)
  }
  const goneFunction = new Set(paired(from.functions, to.functions, functionName).gone)
  const goneRaw = new Set(
    paired(from.raw, to.raw, one => one.name).gone.filter(
      one => isObject(one) && !isSchema(one) && !namesRemade(comparison, rawStatement(one)),
    ),
  )
  const withTables = new Set(goneFunctions(comparison, tables.gone))
  return [
    ...tables.both.flatMap(([was, is]) =>
      paired(was.columns, is.columns, column => column.name)
        .gone.filter(column => !column.inherited || isLeft(was, is))
        // What goes from a partitioned table goes from its partitions.
        .filter(column => followed(comparison, was, is)?.[1].columnByName.has(column.name) ?? true)
        .filter(column => !isGoneGenerated(is, column))
        .map(column => dropColumn(was, column)),
    ),
    // Partitions and heirs before what they are of; a partitioned table is dropped with its partitions.
    ...goneFunctions(comparison, lateDrops(comparison)).map(dropFunction),
    ...lateDrops(comparison).flatMap(table => dropOf(comparison, table)),
    ...creationOrder(from)
      .toReversed()
      .flatMap(part => {
        if (part.kind === 'raw') return goneRaw.has(part.raw) ? dropRaw(part.raw, comparison) : []
        if (part.kind !== 'function' || !goneFunction.has(part.function)) return []
        return namesView(from, part.function) || withTables.has(part.function) ? [] : [dropFunction(part.function)]
      }),
    ...paired(from.types, to.types, nameOf)
      .gone.toReversed()
      .map(type => {
        const word = type.kind === 'domain' ? 'domain' : 'type'
        const inverse = type.kind === 'domain' ? domainStatement(type) : compositeStatement(type)
        return change(`drop ${word}`, label(type), `drop ${word} ${quoteQualified(type)}`, { inverse })
      }),
    ...to.types
      .filter(type => remadeTypes.has(nameOf(type)))
      .toReversed()
      .map(type => setAside(type.kind === 'domain' ? 'domain' : 'type', type).drop),
    ...paired(from.enums, to.enums, nameOf).gone.map(type =>
      change('drop type', label(type), `drop type ${quoteQualified(type)}`, { inverse: enumStatement(type) }),
    ),
    ...to.enums.filter(type => remadeTypes.has(nameOf(type))).map(type => setAside('type', type).drop),
    // Those of a column go with it.
    ...paired(from.sequences, to.sequences, nameOf)
      .gone.filter(
        ({ ownedBy }) => ownedBy === null || !(goneTables.has(ownedBy[0]) || goneColumns.has(ownedBy.join(' '))),
      )
      .map(sequence => dropSequence(sequence, isCountedOn(comparison, sequence))),
    ...paired(from.extensions, to.extensions, one => one.name).gone.map(one =>
      change('drop extension', one.name, `drop extension ${quote(one.name)}`, {
        inverse: createExtension(one),
        hazards: [
          hazard(
            'irreversible',
            'drop extension',
            one.name,
            `'${one.name}' may serve others, and what it keeps is lost`,
            null,
          ),
        ],
      }),
    ),
    ...goneSchemas(from, to),
  ]
}
