/** The options that the parts of a table and of a schema may have, and what each takes, below those of `options.ts`. */
import type {
  Check,
  CompositeDefinition,
  CustomDefinition,
  DomainDefinition,
  EnumDefinition,
  Exclude as Exclusion,
  ForeignKey,
  FunctionDefinition,
  Identity,
  Index,
  IndexElement,
  Key,
  NotNull,
  PartitionBound,
  PartitionBy,
  PartitionElement,
  PartitionOf,
  Policy,
  Raw,
  SchemaOptions,
  SequenceDefinition,
  SequenceOptions,
  Trigger,
  Unique,
  View,
} from '../../types/literal.ts'
import type { Fragment } from '../base/fragment.ts'
import { actions, deferrable } from './options.ts'
import type { Wanted } from './wanted.ts'

/** What has options, of what may be said in a short form too. */
type Long<Given> = Exclude<Given, string | boolean | Fragment | readonly unknown[] | undefined>

/** Every name of each of the types, so that a forgotten one does not compile. */
type Named<Given> = { readonly [Name in Given extends unknown ? keyof Given : never]-?: Wanted }

interface Parts {
  readonly schema: SchemaOptions
  readonly extension: Long<NonNullable<SchemaOptions['extensions']>[number]>
  readonly key: Long<Key>
  readonly unique: Long<Unique>
  readonly check: Long<Check>
  readonly index: Index
  readonly indexElement: Long<IndexElement>
  readonly exclusion: Exclusion
  readonly exclusionElement: Exclusion['elements'][number]
  readonly foreignKey: ForeignKey
  readonly partitionBy: PartitionBy
  readonly partitionElement: Long<PartitionElement>
  readonly partition: PartitionBound | { readonly partitionBy?: PartitionBy }
  readonly partitionOf: PartitionOf
  readonly policy: Policy
  readonly trigger: Trigger
  readonly triggerEvent: Long<Trigger['on'][number]>
  readonly notNull: NotNull
  readonly identity: Long<Identity>
  readonly enum: EnumDefinition
  readonly domain: DomainDefinition
  readonly composite: CompositeDefinition
  readonly custom: CustomDefinition
  readonly sequence: SequenceDefinition
  readonly view: View
  readonly function: FunctionDefinition
  readonly raw: Raw
}

const sequence: Named<SequenceOptions> = {
  start: 'number',
  increment: 'number',
  minValue: 'number',
  maxValue: 'number',
  cache: 'number',
  cycle: 'boolean',
}
const element = { column: 'string', expression: 'sql', opclass: 'string', collate: 'string' } as const
const ofColumns = { name: 'string', nullsNotDistinct: 'boolean', deferrable } as const

const parts: { readonly [Part in keyof Parts]: Named<Parts[Part]> } = {
  schema: {
    naming: ['snake_case'],
    extensions: 'array',
    enums: 'object',
    domains: 'object',
    composites: 'object',
    sequences: 'object',
    views: 'object',
    functions: 'object',
    raw: 'object',
  },
  extension: { name: 'string', schema: 'string', version: 'string' },
  key: { ...ofColumns, columns: 'strings' },
  unique: ofColumns,
  check: { name: 'string', on: 'sql', noInherit: 'boolean' },
  index: {
    on: 'array',
    unique: 'boolean',
    using: 'string',
    where: 'sql',
    include: 'strings',
    nullsNotDistinct: 'boolean',
    with: 'object',
    comment: 'string',
  },
  indexElement: { ...element, order: ['asc', 'desc'], nulls: ['first', 'last'] },
  exclusion: { using: 'string', elements: 'array', where: 'sql', deferrable },
  exclusionElement: { on: 'string or sql', with: 'string', opclass: 'string' },
  foreignKey: {
    columns: 'strings',
    references: 'string',
    target: 'strings',
    match: ['simple', 'full'],
    onDelete: actions,
    onUpdate: actions,
    deferrable,
    notValid: 'boolean',
    as: 'string',
    inverse: 'string',
    cascade: 'strings',
  },
  partitionBy: { range: 'array', list: 'array', hash: 'array', partitions: 'object' },
  partitionElement: element,
  partition: {
    from: 'array',
    to: 'array',
    in: 'array',
    modulus: 'number',
    remainder: 'number',
    default: [true],
    partitionBy: 'object',
  },
  partitionOf: { table: 'string', bound: 'sql' },
  policy: {
    for: ['all', 'select', 'insert', 'update', 'delete'],
    as: ['permissive', 'restrictive'],
    to: 'strings',
    using: 'sql',
    withCheck: 'sql',
  },
  trigger: {
    when: ['before', 'after', 'instead of'],
    on: 'array',
    each: ['row', 'statement'],
    condition: 'sql',
    execute: 'sql',
  },
  triggerEvent: { update: 'strings' },
  notNull: { name: 'string', noInherit: 'boolean', inherited: 'boolean' },
  identity: { ...sequence, when: ['always', 'byDefault'], name: 'string' },
  enum: { name: 'string', values: 'strings' },
  domain: {
    name: 'string',
    of: 'object',
    check: 'condition',
    default: 'anything',
    notNull: 'boolean',
    collate: 'string',
    dependsOn: 'strings',
  },
  composite: { name: 'string', fields: 'object' },
  custom: { sql: 'string', encode: 'function', decode: 'function', delimiter: 'string' },
  sequence: {
    ...sequence,
    as: ['smallint', 'integer', 'bigint'],
    name: 'string',
    ownedBy: 'strings',
    schema: 'string',
    comment: 'string',
  },
  view: {
    name: 'string',
    with: 'object',
    as: 'sql',
    materialized: 'boolean',
    schema: 'string',
    comment: 'string',
    columns: 'object',
    dependsOn: 'strings',
    indexes: 'object',
    withData: 'boolean',
  },
  function: {
    sql: 'sql',
    signature: 'string',
    kind: ['function', 'procedure'],
    when: ['before', 'after'],
    checkBody: 'boolean',
    dependsOn: 'strings',
  },
  raw: { kind: 'string', sql: 'sql', unless: 'sql', drop: 'sql', when: ['first', 'last'], dependsOn: 'strings' },
}

/** What stands for a part in a short form. */
const short: { readonly [Part in PartKind]?: Wanted } = {
  extension: 'string',
  key: 'strings',
  unique: 'boolean',
  check: 'sql',
  indexElement: 'string or sql',
  partitionElement: 'string or sql',
  triggerEvent: ['insert', 'update', 'delete', 'truncate'],
  notNull: 'string',
  identity: ['always', 'byDefault'],
}

/** What must be given of a part. */
const needed: { readonly [Part in PartKind]?: readonly string[] } = {
  extension: ['name'],
  key: ['columns'],
  check: ['on'],
  index: ['on'],
  indexElement: ['column'],
  partitionElement: ['column'],
  exclusion: ['elements'],
  exclusionElement: ['on', 'with'],
  foreignKey: ['columns', 'references'],
  partitionOf: ['table', 'bound'],
  trigger: ['when', 'on', 'execute'],
  identity: ['when'],
  triggerEvent: ['update'],
  enum: ['name', 'values'],
  domain: ['of'],
  composite: ['name', 'fields'],
  custom: ['sql'],
  view: ['as'],
  function: ['sql'],
  raw: ['kind', 'sql'],
}

export type PartKind = keyof Parts

export function partOptions(part: PartKind): Readonly<Record<string, Wanted>> {
  return parts[part]
}

/** What a part may be instead of an object. */
export function shortForm(part: PartKind): Wanted | undefined {
  return short[part]
}

export function neededOptions(part: PartKind): readonly string[] {
  return needed[part] ?? []
}
