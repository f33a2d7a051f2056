/**
 * The Model: a schema literal after it was checked once, with every name resolved and every short form written out.
 * Compilers, session and metadata read it; none of them reads the literal. It is frozen and holds no SQL text but the
 * user's own fragments.
 */
import type { Fragment } from '../base/fragment.ts'
import type { KindName } from '../base/kinds.ts'
import type {
  Cascade,
  CustomDefinition,
  Deferrable,
  FunctionDefinition,
  Naming,
  PartitionBound,
  PartitionOf,
  Policy,
  Raw,
  ReferentialAction,
  SequenceOptions,
  Trigger,
} from '../../types/literal.ts'

/** A name in the database, with its schema; `public` unless stated. */
export interface QualifiedName {
  readonly schema: string
  readonly name: string
}

/** A type with all that qualifies it. Columns, array elements, domain bases and composite fields have one. */
export interface TypeModel {
  readonly kind: KindName
  readonly mode: string | null
  readonly length: number | null
  readonly precision: number | null
  readonly scale: number | null
  /** `interval` only: `'day to second'` and the like. */
  readonly fields: string | null
  /** `array`: the type of its elements; several dimensions are arrays of arrays. */
  readonly element: TypeModel | null
  readonly enum: EnumModel | null
  readonly domain: DomainModel | null
  readonly composite: CompositeModel | null
  readonly custom: CustomDefinition | null
}

export interface EnumModel extends QualifiedName {
  readonly values: readonly string[]
}

export interface DomainModel extends QualifiedName {
  readonly base: TypeModel
  readonly checks: readonly CheckModel[]
  readonly default: DefaultModel | null
  readonly notNull: boolean
  readonly collate: string | null
  readonly dependsOn: readonly string[]
}

export interface CompositeModel extends QualifiedName {
  /** `key` as the literal names the field, `name` as the database does. */
  readonly fields: readonly { readonly key: string; readonly name: string; readonly type: TypeModel }[]
}

/** A default is SQL, or a value of the column's JavaScript type. */
export type DefaultModel =
  | { readonly kind: 'sql'; readonly sql: Fragment }
  | { readonly kind: 'value'; readonly value: unknown }

/** How a value comes to be when an insert does not give it. Twin of `insertMode` in types/. */
export type InsertMode = 'required' | 'optional' | 'forbidden'

export interface ColumnModel {
  /** As the literal names it; the key in rows. */
  readonly key: string
  /** As the database names it. */
  readonly name: string
  readonly type: TypeModel
  readonly nullable: boolean
  readonly default: DefaultModel | null
  readonly identity: IdentityModel | null
  /** The expression of a stored generated column. */
  readonly generated: Fragment | null
  /** Whether what is generated is kept; without it, it is computed at every reading. */
  readonly stored: boolean
  /** The name of the NOT NULL constraint; null leaves it to Postgres. */
  readonly notNullName: string | null
  /** Whether it holds in this table alone, and in none that inherits from it. */
  readonly notNullAlone: boolean
  /** Whether it comes from a table above alone, where the column is the table's own. */
  readonly notNullInherited: boolean
  readonly inherited: boolean
  readonly collate: string | null
  readonly comment: string | null
  readonly version: boolean
  readonly insertMode: InsertMode
  readonly renamedFrom: string | null
}

export interface IdentityModel {
  readonly when: 'always' | 'byDefault'
  /** The sequence's name; null leaves it to Postgres. */
  readonly sequence: string | null
  readonly options: SequenceOptions
}

export interface KeyModel {
  readonly name: string
  readonly columns: readonly ColumnModel[]
  readonly nullsNotDistinct: boolean
  readonly deferrable: Deferrable
}

export interface CheckModel {
  readonly name: string
  readonly condition: Fragment
  readonly noInherit: boolean
}

export interface ForeignKeyModel {
  readonly name: string
  readonly columns: readonly ColumnModel[]
  /** The key in the literal of the table pointed to; `Model.table` finds it. */
  readonly target: string
  readonly targetColumns: readonly string[]
  readonly match: 'simple' | 'full'
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
  readonly deferrable: Deferrable
  readonly notValid: boolean
  /** What a session does with the rows that have the key. */
  readonly cascade: readonly Cascade[]
}

/** A column by its key, or an expression. */
export type ElementSubject = { readonly column: ColumnModel } | { readonly expression: Fragment }

export type IndexElementModel = ElementSubject & {
  readonly opclass: string | null
  readonly collate: string | null
  readonly order: 'asc' | 'desc'
  /** null is Postgres's choice for the order: last for asc, first for desc. */
  readonly nulls: 'first' | 'last' | null
}

/** Storage parameters in their order. */
export type StorageModel = readonly (readonly [parameter: string, value: string | number | boolean])[]

export interface IndexModel {
  readonly name: string
  readonly elements: readonly IndexElementModel[]
  readonly unique: boolean
  readonly using: string
  readonly where: Fragment | null
  readonly include: readonly ColumnModel[]
  readonly nullsNotDistinct: boolean
  readonly with: StorageModel
  readonly comment: string | null
}

export interface ExcludeModel {
  readonly name: string
  readonly using: string
  readonly elements: readonly (ElementSubject & { readonly with: string; readonly opclass: string | null })[]
  readonly where: Fragment | null
  readonly deferrable: Deferrable
}

export interface PartitionByModel {
  readonly by: 'range' | 'list' | 'hash'
  readonly on: readonly IndexElementModel[]
  readonly partitions: readonly {
    readonly name: string
    readonly bound: PartitionBound
    readonly partitionBy: PartitionByModel | null
  }[]
}

/**
 * A way from one table's rows to another's.
 * `one`: over a key of this table. `many`: over a key of the other table that points here (`unique` makes it one or
 * null). `link`: over the two keys of a join table.
 */
export type RelationModel =
  | { readonly kind: 'one'; readonly name: string; readonly target: string; readonly key: ForeignKeyModel }
  | {
      readonly kind: 'many'
      readonly name: string
      readonly target: string
      readonly key: ForeignKeyModel
      readonly unique: boolean
    }
  | {
      readonly kind: 'link'
      readonly name: string
      readonly target: string
      /** The join table's key in the literal. */
      readonly through: string
      /** The join table's key that points here, and the one that points to the target. */
      readonly near: ForeignKeyModel
      readonly far: ForeignKeyModel
    }

export interface TableModel extends QualifiedName {
  /** As the literal names it. */
  readonly key: string
  readonly columns: readonly ColumnModel[]
  readonly columnByKey: ReadonlyMap<string, ColumnModel>
  readonly columnByName: ReadonlyMap<string, ColumnModel>
  readonly primaryKey: KeyModel | null
  readonly uniques: readonly KeyModel[]
  readonly checks: readonly CheckModel[]
  readonly foreignKeys: readonly ForeignKeyModel[]
  readonly indexes: readonly IndexModel[]
  readonly excludes: readonly ExcludeModel[]
  readonly partitionBy: PartitionByModel | null
  readonly partitionOf: PartitionOf | null
  /** Keys of the literal. */
  readonly inherits: readonly string[]
  readonly unlogged: boolean
  readonly with: StorageModel
  readonly rowSecurity: 'off' | 'on' | 'forced'
  readonly dependsOn: readonly string[]
  readonly policies: readonly (Policy & { readonly name: string })[]
  readonly triggers: readonly (Trigger & { readonly name: string })[]
  readonly comment: string | null
  readonly relations: ReadonlyMap<string, RelationModel>
  readonly renamedFrom: string | null
}

export interface ViewModel extends QualifiedName {
  readonly key: string
  readonly as: Fragment
  readonly with: StorageModel
  readonly materialized: boolean
  readonly withData: boolean
  readonly comment: string | null
  readonly dependsOn: readonly string[]
  readonly indexes: readonly IndexModel[]
}

export interface SequenceModel extends QualifiedName {
  readonly key: string
  /** The table and the column, by their keys. */
  readonly ownedBy: readonly [table: string, column: string] | null
  readonly as: 'smallint' | 'integer' | 'bigint'
  readonly options: SequenceOptions
  readonly comment: string | null
}

export interface Model {
  readonly naming: Naming | null
  /** In the order of the literal. */
  readonly tables: readonly TableModel[]
  readonly tableByKey: ReadonlyMap<string, TableModel>
  /** Parents before children; within a cycle of keys, in the order of the literal. */
  readonly sortedTables: readonly TableModel[]
  /** Schemas other than `public` that something lives in. */
  readonly schemas: readonly string[]
  readonly extensions: readonly {
    readonly name: string
    readonly schema: string | null
    readonly version: string | null
  }[]
  readonly enums: readonly EnumModel[]
  /** In an order in which each may be created: a domain or composite after what it is made of. */
  readonly types: readonly (
    | ({ readonly kind: 'domain' } & DomainModel)
    | ({ readonly kind: 'composite' } & CompositeModel)
  )[]
  readonly sequences: readonly SequenceModel[]
  /** In an order in which each may be created. */
  readonly views: readonly ViewModel[]
  readonly functions: readonly (FunctionDefinition & { readonly name: string })[]
  readonly raw: readonly (Raw & { readonly name: string })[]
}
