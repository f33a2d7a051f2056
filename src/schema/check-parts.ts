/**
 * Options of parts of a literal that are none, and values that are none of theirs: what a slip of the pen says would be passed over in silence, or
 * printed as it stands.
 */
import type {
  AnyColumn,
  AnyTable,
  AnyTables,
  Index,
  PartitionBy,
  SchemaOptions,
  StorageParameters,
} from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { kinds } from '../base/kinds.ts'
import { suggestion } from '../base/nearest.ts'
import { columnOptions, tableOptionNames, tableOptions } from './options.ts'
import { neededOptions, type PartKind, partOptions, shortForm } from './part-options.ts'
import { typeName } from './type-name.ts'
import { checkValues, takes, wantedWords } from './wanted.ts'

/** @throws SchemaError at the first option or value that is none, with the nearest that is one */
export function checkParts(tables: AnyTables, options: SchemaOptions): void {
  checkObject('what holds the tables', tables)
  check('schema', 'the schema', options)
  for (const given of options.extensions ?? [])
    check(
      'extension',
      typeof given === 'object' && given !== null ? `extension '${String(given.name)}'` : 'an extension',
      given,
    )
  for (const [key, table] of Object.entries(tables)) checkTable(key, table)
  for (const [name, given] of Object.entries(options.domains ?? {})) checkDomain(`domain '${name}'`, given)
  for (const [name, fields] of Object.entries(options.composites ?? {})) checkFields(`composite '${name}'`, fields)
  checkEach('sequence', 'sequence', options.sequences)
  checkEach('function', 'function', options.functions)
  checkEach('raw', 'raw', options.raw)
  checkEach('view', 'view', options.views)
  for (const [name, view] of Object.entries(options.views ?? {})) {
    checkIndexes(view.indexes)
    for (const [column, given] of Object.entries(view.columns ?? {})) checkColumn(`'${name}.${column}'`, given)
  }
}

/** What a column needs to say of a type that is not cupel's own. */
const definitions: Readonly<Record<string, keyof AnyColumn>> = {
  array: 'of',
  enum: 'enum',
  domain: 'domain',
  composite: 'composite',
  custom: 'custom',
}

function checkTable(key: string, table: AnyTable): void {
  checkObject(`table '${key}'`, table, 'a table')
  const wrong = Object.keys(table).find(option => !tableOptionNames.includes(option))
  if (wrong !== undefined) throw new SchemaError('unknownOption', key, wrong, suggestion(wrong, tableOptionNames))
  checkValues(`table '${key}'`, table, tableOptions)
  checkObject(`the columns of table '${key}'`, table.columns)
  for (const [column, given] of Object.entries(table.columns)) checkColumn(`'${key}.${column}'`, given)
  checkGiven('key', 'the primary key', table.primaryKey)
  checkEach('key', 'unique key', table.uniques)
  checkIndexes(table.indexes)
  for (const [name, given] of Object.entries(table.checks ?? {}))
    if (!takes('sql', given)) throw new SchemaError('partShape', `check '${name}'`, typeName(given), wantedWords('sql'))
  checkParameters(`table '${key}'`, table.with)
  checkEach('foreignKey', 'foreign key', table.foreignKeys)
  checkEach('exclusion', 'exclusion', table.excludes)
  for (const [name, { elements }] of Object.entries(table.excludes ?? {}))
    for (const element of elements) check('exclusionElement', `exclusion '${name}'`, element)
  checkPartitions(table.partitionBy)
  checkGiven('partitionOf', 'partitionOf', table.partitionOf)
  checkEach('policy', 'policy', table.policies)
  checkEach('trigger', 'trigger', table.triggers)
  for (const [name, { on }] of Object.entries(table.triggers ?? {}))
    for (const event of on) check('triggerEvent', `an event of trigger '${name}'`, event)
}

function checkParameters(subject: string, given: StorageParameters | undefined): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!takes('parameter', value))
      throw new SchemaError('partShape', `'${name}' of ${subject}`, typeName(value), wantedWords('parameter'))
  }
}

function checkColumn(column: string, given: AnyColumn): void {
  checkObject(`column ${column}`, given, 'a column')
  checkValues(`column ${column}`, given, columnOptions)
  checkGiven('unique', `the unique key of column ${column}`, given.unique)
  checkGiven('check', `the check of column ${column}`, given.check)
  checkGiven('notNull', `the NOT NULL of column ${column}`, given.notNull)
  checkGiven('identity', `the identity of column ${column}`, given.identity)
  if (given.foreignKey !== undefined && given.references === undefined)
    throw new SchemaError(
      'missingPartOption',
      `the foreign key of column ${column}`,
      'references',
      wantedWords('string'),
    )
  // A type of its own that is none is told with the column.
  if (String(given.type) in kinds) checkType(`of column ${column}`, given)
}

function checkType(place: string, given: AnyColumn): void {
  const type = String(given.type)
  const definition = definitions[type]
  if (!(type in kinds)) throw new SchemaError('unknownPartType', place, type, suggestion(type, Object.keys(kinds)))
  if (definition !== undefined && given[definition] === undefined)
    throw new SchemaError('missingPartOption', `the type '${type}' ${place}`, definition, 'an object')
  checkGiven('enum', `the enum ${place}`, given.enum)
  checkGiven('custom', `the custom type ${place}`, given.custom)
  checkGiven('composite', `the composite ${place}`, given.composite)
  if (given.domain !== undefined) {
    checkDomain(`the domain ${place}`, given.domain)
    if (given.domain.name === undefined)
      throw new SchemaError('missingPartOption', `the domain ${place}`, 'name', 'a string')
  }
  if (given.composite !== undefined) checkFields(`the composite ${place}`, given.composite.fields)
  if (given.of !== undefined) checkType(place, given.of)
}

function checkDomain(subject: string, given: NonNullable<SchemaOptions['domains']>[string]): void {
  check('domain', subject, given)
  for (const one of [given.check ?? []].flat()) check('check', `the check of ${subject}`, one)
  checkType(`of ${subject}`, given.of)
}

function checkFields(subject: string, fields: Readonly<Record<string, AnyColumn>>): void {
  checkObject(`what holds the fields of ${subject}`, fields)
  for (const [name, field] of Object.entries(fields)) {
    checkObject(`field '${name}' of ${subject}`, field, 'a column')
    checkType(`of field '${name}' of ${subject}`, field)
  }
}

function checkIndexes(indexes: Readonly<Record<string, Index>> | undefined): void {
  checkEach('index', 'index', indexes)
  for (const [name, { on, with: parameters }] of Object.entries(indexes ?? {})) {
    for (const element of on) check('indexElement', `index '${name}'`, element)
    checkParameters(`index '${name}'`, parameters)
  }
}

function checkPartitions(given: PartitionBy | undefined): void {
  if (given === undefined) return
  const subject = 'the partition key'
  check('partitionBy', subject, given)
  for (const elements of [given.range, given.list, given.hash])
    for (const element of elements ?? []) check('partitionElement', subject, element)
  checkEach('partition', 'partition', given.partitions)
  for (const [name, partition] of Object.entries(given.partitions ?? {})) {
    if (!hasBounds(partition)) throw new SchemaError('partitionBounds', name)
    checkPartitions(partition.partitionBy)
  }
}

function hasBounds(bound: { readonly [option: string]: unknown }): boolean {
  return [['from', 'to'], ['in'], ['modulus', 'remainder'], ['default']].some(options =>
    options.every(option => bound[option] !== undefined),
  )
}

function checkEach(part: PartKind, sort: string, given: Readonly<Record<string, object>> | undefined): void {
  for (const [name, one] of Object.entries(given ?? {})) check(part, `${sort} '${name}'`, one)
}

function checkGiven(part: PartKind, subject: string, given: unknown): void {
  if (given !== undefined) check(part, subject, given)
}

function check(part: PartKind, subject: string, given: unknown): void {
  const short = shortForm(part)
  if (short !== undefined && takes(short, given)) return
  const options = partOptions(part)
  checkObject(subject, given, short === undefined ? undefined : `${wantedWords(short)} or an object`)
  const names = Object.keys(options)
  const wrong = Object.keys(given).find(option => !names.includes(option))
  if (wrong !== undefined) throw new SchemaError('unknownPartOption', subject, wrong, suggestion(wrong, names))
  checkValues(subject, given, options)
  // The cast: any object may be asked for any name.
  const { expression, ...rest } = given as Readonly<Record<string, unknown>>
  const missing = neededOptions(part).find(
    option => rest[option] === undefined && !(option === 'column' && expression !== undefined),
  )
  if (missing !== undefined)
    throw new SchemaError('missingPartOption', subject, missing, wantedWords(options[missing] ?? 'anything'))
}

function checkObject(subject: string, given: unknown, wanted = 'an object'): asserts given is object {
  if (!takes('object', given)) throw new SchemaError('partShape', subject, typeName(given), wanted)
}
