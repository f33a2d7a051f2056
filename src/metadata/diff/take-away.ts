/** What goes at the end, once nothing holds on to it. */
import { quote, quoteQualified } from '../../base/identifier.ts'
import { change, hazard, label } from '../../ddl/change/change.ts'
import { dropColumn } from '../../ddl/change/column.ts'
import { dropSequence } from '../../ddl/change/sequence.ts'
import { asideName, dropType, setAside } from '../../ddl/change/type.ts'
import { createExtension } from '../../ddl/create.ts'
import { creationOrder, type Part } from '../../ddl/creation-order.ts'
import { rawStatement } from '../../ddl/raw.ts'
import { enumStatement } from '../../ddl/user-type.ts'
import type { Change } from '../../schema/change.ts'
import type { QualifiedName } from '../../schema/model.ts'
import type { Model } from '../../schema/model.ts'
import { beneath, functionsOfTypes } from './beneath.ts'
import { dropFunction, dropRaw, dropsOnRows, goneFunctions, goneObjects, namesView, rowTypes } from './clear.ts'
import { isGoneGenerated } from './column-fates.ts'
import { isCountedOn } from './counters.ts'
import { type Comparison, isTypeOver, namesRemade } from './comparison.ts'
import { dropOf, lateDrops } from './drop-order.ts'
import { indexesLast } from './gone-indexes.ts'
import { byDepth } from './handed-down.ts'
import { byName, functionName, nameOf } from './identity.ts'
import { isLeft } from './inheritance.ts'
import { renamedIn } from './mention.ts'
import { paired } from './pairs.ts'
import { asideTables, dropAsides } from './step-aside.ts'
import { followed } from './attachment.ts'
import { isObject } from './remade-raw.ts'
import { goneSchemas, isSchema } from './schemas.ts'

export function takingAway(comparison: Comparison): Change[] {
  const { from, to, tables, remadeTypes, remade } = comparison
  const goneTables = new Set(tables.gone.map(table => table.key))
  const goneColumns = new Set<string>()
  for (const [was, is] of tables.both) {
    const anew = comparison.columns.remade.get(is)
    for (const column of was.columns)
      if (!is.columnByName.has(column.name) || anew?.has(column.name) === true)
        goneColumns.add(`${was.key} ${column.key}`)
  }
  const rows = [...tables.gone, ...asideTables(comparison)]
  const withRows = goneObjects(comparison, rows)
  const typesOfRows = rowTypes(comparison, rows)
  const goneRaw = new Set(
    paired(from.raw, to.raw, one => one.name).gone.filter(
      one => isObject(one) && !isSchema(one) && !withRows.has(one) && !namesRemade(comparison, rawStatement(one)),
    ),
  )
  const withTypes = functionsOfTypes(from, goneRaw)
  const goneFunction = new Set(
    paired(from.functions, to.functions, functionName).gone.filter(
      one => !withTypes.has(one) && !remade.functions.has(functionName(one)),
    ),
  )
  // A type that is made again has another name by now.
  const aside = [...from.enums, ...from.types].filter(type => remadeTypes.has(nameOf(type)))
  const withAside = (one: Model['functions'][number]): Model['functions'][number] => {
    if (one.signature === undefined) return one
    return { ...one, signature: aside.reduce((text, type) => renamedIn(text, type, asideName(type)), one.signature) }
  }
  const withTables = new Set(goneFunctions(comparison, tables.gone))
  const before = byName(from.types)
  const isDropped = (type: QualifiedName): boolean => {
    const was = before.get(nameOf(type))
    return was !== undefined && isTypeOver(was, comparison.raws)
  }
  const below = beneath(from)
  const goneTypes = new Set([...paired(from.types, to.types, nameOf).gone].filter(type => !typesOfRows.has(type)))
  const goneEnums = new Set(paired(from.enums, to.enums, nameOf).gone)
  const after = byName<QualifiedName>([...to.enums, ...to.types])
  const asideOf = (type: QualifiedName, word: 'type' | 'domain'): Change[] =>
    remadeTypes.has(nameOf(type)) && after.has(nameOf(type)) && !isDropped(type) ? [setAside(word, type).drop] : []
  // Types, those that stepped aside, and what they are made of.
  const goneBelow = (part: Part): Change[] => {
    switch (part.kind) {
      case 'type':
        return goneTypes.has(part.type)
          ? [dropType(part.type)]
          : asideOf(part.type, part.type.kind === 'domain' ? 'domain' : 'type')
      case 'enum':
        return goneEnums.has(part.enum) ? [dropEnum(part.enum)] : asideOf(part.enum, 'type')
      case 'raw':
        return goneRaw.has(part.raw) && below.has(part.raw.name) ? dropRaw(part.raw, comparison) : []
      case 'function':
        return goneFunction.has(part.function) && below.has(part.function.name) && !withTables.has(part.function)
          ? [dropFunction(withAside(part.function))]
          : []
      default:
        return []
    }
  }
  return [
    ...indexesLast(comparison),
    ...byDepth(from, tables.both, ([was]) => was).flatMap(([was, is]) =>
      paired(was.columns, is.columns, column => column.name)
        .gone.filter(column => !column.inherited || isLeft(was, is))
        // What goes from a partitioned table goes from its partitions.
        .filter(column => followed(comparison, was, is)?.[1].columnByName.has(column.name) ?? true)
        .filter(column => !isGoneGenerated(is, column))
        .map(column => dropColumn(was, column)),
    ),
    // Partitions and heirs before what they are of; a partitioned table is dropped with its partitions.
    ...dropsOnRows(comparison, [...lateDrops(comparison), ...asideTables(comparison)]),
    ...lateDrops(comparison).flatMap(table => dropOf(comparison, table)),
    ...dropAsides(comparison),
    ...creationOrder(from)
      .toReversed()
      .flatMap(part => {
        if (part.kind === 'raw') {
          return goneRaw.has(part.raw) && !below.has(part.raw.name) ? dropRaw(part.raw, comparison) : []
        }
        if (part.kind !== 'function' || !goneFunction.has(part.function) || below.has(part.function.name)) return []
        return namesView(from, part.function) || withTables.has(part.function)
          ? []
          : [dropFunction(withAside(part.function))]
      }),
    ...creationOrder(from).toReversed().flatMap(goneBelow),
    // Those of a column go with it.
    ...paired(from.sequences, to.sequences, nameOf)
      .gone.filter(
        ({ ownedBy }) => ownedBy === null || !(goneTables.has(ownedBy[0]) || goneColumns.has(ownedBy.join(' '))),
      )
      .map(sequence => dropSequence(sequence, isCountedOn(comparison, sequence))),
    // One that needs another was made after it.
    ...paired(from.extensions, to.extensions, one => one.name)
      .gone.toReversed()
      .map(dropExtension),
    ...goneSchemas(from, to),
  ]
}

function dropEnum(type: Model['enums'][number]): Change {
  return change('drop type', label(type), `drop type ${quoteQualified(type)}`, { inverse: enumStatement(type) })
}

function dropExtension(extension: Model['extensions'][number]): Change {
  const { name } = extension
  const message = `'${name}' may serve others, and what it keeps is lost`
  return change('drop extension', name, `drop extension ${quote(name)}`, {
    inverse: createExtension(extension),
    hazards: [hazard('irreversible', 'drop extension', name, message, null)],
  })
}
