/** The shapes of a schema literal: what a person may write, before anything is made of it. */
import type { Fragment } from '../src/base/fragment.ts'
import type { KindName } from '../src/base/kinds.ts'

/** What the database does to the rows that point to a row which goes or whose key changes. */
export type ReferentialAction = 'cascade' | 'restrict' | 'set null' | 'set default' | 'no action'

/** When a constraint is checked: at once, or at the end of the transaction unless or until `set constraints` says so. */
export type Deferrable = boolean | 'initially deferred' | 'initially immediate'

/**
 * What a session does of its own accord with the rows on the many side of a relation, whatever the database does. `save-update`: adds
 * those that are put in a collection. `delete`: deletes them with the row that they point to. `orphan`: deletes those taken out of its
 * collection. `refresh`, `expunge`, `merge`: does the same with those that are loaded.
 */
export type Cascade = 'save-update' | 'delete' | 'orphan' | 'refresh' | 'expunge' | 'merge'

/** The options of a sequence, as Postgres names them. */
export interface SequenceOptions {
  readonly start?: number | bigint
  readonly increment?: number | bigint
  readonly minValue?: number | bigint
  readonly maxValue?: number | bigint
  readonly cache?: number | bigint
  readonly cycle?: boolean
}

/** `generated always | by default as identity`, with the options of its sequence. */
export type Identity =
  | 'always'
  | 'byDefault'
  | ({ readonly when: 'always' | 'byDefault'; readonly name?: string } & SequenceOptions)

/** A check constraint: its condition, or its condition with a name of its own. */
export type Check = Fragment | { readonly name?: string; readonly on: Fragment; readonly noInherit?: boolean }

/** A unique column: `true`, or the constraint's details. */
export type Unique =
  | boolean
  | { readonly name?: string; readonly nullsNotDistinct?: boolean; readonly deferrable?: Deferrable }

/** Every column may have these, whatever its type. */
export interface ColumnOptions {
  readonly primaryKey?: boolean
  readonly nullable?: boolean
  readonly unique?: Unique
  /** `'table.column'`, both as the literal names them. */
  readonly references?: string
  /** The foreign key's name in the database, where it is not the one that Postgres gives: the table's and the column's with `fkey`. */
  readonly foreignKey?: string
  readonly onDelete?: ReferentialAction
  readonly onUpdate?: ReferentialAction
  readonly deferrable?: Deferrable
  /** The name of the relation on this side; without it, the column's name less the name of the column it points to. */
  readonly as?: string
  /** The name of the relation on the other side; without it there is none. */
  readonly inverse?: string
  /** What a session does with the rows that point here; `save-update` and `merge` unless stated. */
  readonly cascade?: readonly Cascade[]
  readonly check?: Check
  /** The column's name in the database, where `naming` would not give it. */
  readonly name?: string
  readonly comment?: string
  readonly generated?: Fragment
  /** `false`: a generated column is computed when it is read (Postgres 18); without it, it is stored. */
  readonly stored?: false
  /** The constraint that makes the column NOT NULL, where it is not as Postgres makes it by itself (Postgres 18): its name, and who has it. */
  readonly notNull?: string | NotNull
  /** The column comes from a table of `inherits`, and is not this table's own. */
  readonly inherited?: true
  readonly collate?: string
  /** Optimistic locking: the session raises it at every update. */
  readonly version?: boolean
  /** The name this column had: a migration renames it instead of dropping one column and adding another. */
  readonly renamedFrom?: string
}

/** A column as the runtime reads it: plain data. */
export interface AnyColumn extends ColumnOptions {
  readonly type: KindName
  readonly default?: unknown
  readonly identity?: Identity
  readonly mode?: string
  readonly length?: number
  readonly precision?: number
  readonly scale?: number
  /** `interval` only: the fields kept, as in `interval day to second`. */
  readonly fields?: string
  readonly of?: AnyColumn
  readonly enum?: EnumDefinition
  readonly domain?: DomainDefinition
  readonly composite?: CompositeDefinition
  readonly custom?: CustomDefinition
}

export interface EnumDefinition {
  /** `'name'` or `'schema.name'`. */
  readonly name: string
  readonly values: readonly string[]
}

export interface DomainDefinition {
  readonly name: string
  readonly of: AnyColumn
  readonly check?: Check | readonly Check[]
  readonly default?: unknown
  readonly notNull?: boolean
  readonly collate?: string
  readonly dependsOn?: DependsOn
}

export interface CompositeDefinition {
  readonly name: string
  readonly fields: { readonly [field: string]: AnyColumn }
}

export interface CustomDefinition {
  /** The type as Postgres writes it, with modifiers; it is printed as it stands. */
  readonly sql: string
  /** A value to Postgres's text form. */
  readonly encode?: (value: never) => string
  /** Postgres's text form to a value. */
  readonly decode?: (text: string) => unknown
  /** What stands between elements of its arrays; a comma unless stated, or known of the type. */
  readonly delimiter?: string
}

export interface NotNull {
  /** Where it is not the one that Postgres gives. */
  readonly name?: string
  /** Tables that inherit from this one may have nulls there. */
  readonly noInherit?: boolean
  /** It comes from a table of `inherits`, and the column is said to be this table's own without it. */
  readonly inherited?: boolean
}

/** What an index or an exclusion is built on: a column of the table, or an expression. */
export type IndexElement =
  | string
  | Fragment
  | {
      readonly column?: string
      readonly expression?: Fragment
      readonly opclass?: string
      readonly collate?: string
      readonly order?: 'asc' | 'desc'
      readonly nulls?: 'first' | 'last'
    }

export interface Index {
  readonly on: readonly IndexElement[]
  readonly unique?: boolean
  readonly using?: string
  readonly where?: Fragment
  readonly include?: readonly string[]
  readonly nullsNotDistinct?: boolean
  /** Storage parameters, as `fillfactor`. */
  readonly with?: { readonly [parameter: string]: string | number | boolean }
  readonly comment?: string
}

/** A key over several columns: the columns, or the columns with details. */
export type Key =
  | readonly string[]
  | {
      readonly columns: readonly string[]
      readonly name?: string
      readonly nullsNotDistinct?: boolean
      readonly deferrable?: Deferrable
    }

export interface Exclude {
  readonly using?: string
  readonly elements: readonly { readonly on: string | Fragment; readonly with: string; readonly opclass?: string }[]
  readonly where?: Fragment
  readonly deferrable?: Deferrable
}

export interface ForeignKey {
  readonly columns: readonly string[]
  /** The table pointed to, as the literal names it. */
  readonly references: string
  /** The columns pointed to; without them, the primary key. */
  readonly target?: readonly string[]
  readonly match?: 'simple' | 'full'
  readonly onDelete?: ReferentialAction
  readonly onUpdate?: ReferentialAction
  readonly deferrable?: Deferrable
  /** Rows that were there before the key are not held against it. */
  readonly notValid?: true
  readonly as?: string
  readonly inverse?: string
  readonly cascade?: readonly Cascade[]
}

/** The bounds of one partition: of a range, of a list, of a hash, or what is left over. */
export type PartitionBound =
  | { readonly from: readonly unknown[]; readonly to: readonly unknown[] }
  | { readonly in: readonly unknown[] }
  | { readonly modulus: number; readonly remainder: number }
  | { readonly default: true }

/** What a partition key is built on. */
export type PartitionElement =
  | string
  | Fragment
  | { readonly column?: string; readonly expression?: Fragment; readonly opclass?: string; readonly collate?: string }

export interface PartitionBy {
  readonly range?: readonly PartitionElement[]
  readonly list?: readonly PartitionElement[]
  readonly hash?: readonly PartitionElement[]
  /** Each partition by its name in the database; one may be partitioned in its turn. */
  readonly partitions?: { readonly [name: string]: PartitionBound & { readonly partitionBy?: PartitionBy } }
}

export interface Policy {
  readonly for?: 'all' | 'select' | 'insert' | 'update' | 'delete'
  readonly as?: 'permissive' | 'restrictive'
  readonly to?: readonly string[]
  readonly using?: Fragment
  readonly withCheck?: Fragment
}

export interface Trigger {
  readonly when: 'before' | 'after' | 'instead of'
  readonly on: readonly ('insert' | 'update' | 'delete' | 'truncate' | { readonly update: readonly string[] })[]
  readonly each?: 'row' | 'statement'
  readonly condition?: Fragment
  /** The call, as `audit()`. */
  readonly execute: Fragment
}

/**
 * What must be there before, where the order of kinds does not see to it: the keys that tables, views, functions, types and
 * `raw` have in the literal.
 */
export type DependsOn = readonly string[]

/** A table of its own that is a partition of another, with its bounds as Postgres writes them. */
export interface PartitionOf {
  /** The partitioned table, as the literal names it. */
  readonly table: string
  /** `for values …` or `default`. */
  readonly bound: Fragment
}

/** Storage parameters, as `fillfactor` or `toast.autovacuum_enabled`. */
export interface StorageParameters {
  readonly [parameter: string]: string | number | boolean
}

export interface TableOptions {
  readonly primaryKey?: Key
  readonly uniques?: { readonly [name: string]: Key }
  readonly indexes?: { readonly [name: string]: Index }
  readonly checks?: { readonly [name: string]: Fragment }
  readonly foreignKeys?: { readonly [name: string]: ForeignKey }
  readonly excludes?: { readonly [name: string]: Exclude }
  /** On a join table: for each of its two foreign keys, the name of the relation that leads to the rows it points to. */
  readonly link?: { readonly [column: string]: string }
  readonly comment?: string
  readonly name?: string
  readonly schema?: string
  readonly partitionBy?: PartitionBy
  readonly partitionOf?: PartitionOf
  /** The tables, as the literal names them, whose columns this one has too. */
  readonly inherits?: readonly string[]
  readonly unlogged?: true
  readonly with?: StorageParameters
  /** Without it, row security is on where there are policies; `forced` holds the table's owner to them too. */
  readonly rowSecurity?: 'off' | 'on' | 'forced'
  readonly policies?: { readonly [name: string]: Policy }
  readonly triggers?: { readonly [name: string]: Trigger }
  readonly renamedFrom?: string
  readonly dependsOn?: DependsOn
}

export type AnyColumns = { readonly [column: string]: AnyColumn }

export interface AnyTable extends TableOptions {
  readonly columns: AnyColumns
}

export type AnyTables = { readonly [table: string]: AnyTable }

export type Naming = 'snake_case'

export interface View {
  /** The view's name in the database, where `naming` would not give it. */
  readonly name?: string
  readonly with?: StorageParameters
  readonly as: Fragment
  readonly materialized?: boolean
  readonly schema?: string
  readonly comment?: string
  readonly columns?: AnyColumns
  /** The views this one reads from, so that they are created first; tables always are. */
  readonly dependsOn?: DependsOn
  readonly indexes?: { readonly [name: string]: Index }
  readonly withData?: boolean
}

export interface SequenceDefinition extends SequenceOptions {
  readonly as?: 'smallint' | 'integer' | 'bigint'
  /** The sequence's name in the database; without it, its key. */
  readonly name?: string
  /** The column, by its table's key and its own, that the sequence is dropped with. */
  readonly ownedBy?: readonly [table: string, column: string]
  readonly schema?: string
  readonly comment?: string
}

/** A function or a procedure, given whole: Postgres's own text is its only canonical form. */
export interface FunctionDefinition {
  /** `create or replace function …`, as it stands. */
  readonly sql: Fragment
  /** How `drop` names it, as `public.slug(text)`; without it `name` alone, which must then be unique. */
  readonly signature?: string
  readonly kind?: 'function' | 'procedure'
  /** `before` the tables, for functions used in their defaults and checks, or `after` (the default). */
  readonly when?: 'before' | 'after'
  /** `false`: Postgres does not look into the body when the function is made, since it may name what is made later. */
  readonly checkBody?: false
  readonly dependsOn?: DependsOn
}

/** A thing that has no typed form, as the statement that makes it. */
export interface Raw {
  /** What Postgres calls it, as `aggregate` or `rule`. */
  readonly kind: string
  readonly sql: Fragment
  /** A query: where it finds a row, the thing is there, and the statement is left out. Without it, it may be run again. */
  readonly unless?: Fragment
  /** The statement that takes it away; without it, it goes with what it belongs to. */
  readonly drop?: Fragment
  /** `first`, before all types and tables, or `last` (the default); `dependsOn` goes before either. */
  readonly when?: 'first' | 'last'
  readonly dependsOn?: DependsOn
}

export interface SchemaOptions {
  readonly naming?: Naming
  readonly extensions?: readonly (
    | string
    | { readonly name: string; readonly schema?: string; readonly version?: string }
  )[]
  readonly enums?: { readonly [name: string]: readonly string[] }
  readonly domains?: { readonly [name: string]: Omit<DomainDefinition, 'name'> }
  readonly composites?: { readonly [name: string]: CompositeDefinition['fields'] }
  readonly sequences?: { readonly [name: string]: SequenceDefinition }
  readonly views?: { readonly [name: string]: View }
  readonly functions?: { readonly [name: string]: FunctionDefinition }
  /** Everything else, by a name of your choice. */
  readonly raw?: { readonly [name: string]: Raw }
}
