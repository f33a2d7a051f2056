/** `t`: one function for each type of column. Each returns the plain object that could have been written instead. */
import type {
  checkedDefault,
  Column,
  columnOf,
  inputIn,
  inputOf,
  jsOf,
  Option,
  optionsOf,
  pointerOf,
  pointerTo,
  valueIn,
} from '../../types/column.ts'
import type {
  AnyColumn,
  AnyColumns,
  ColumnOptions,
  CompositeDefinition,
  DomainDefinition,
  Identity,
  Unique,
} from '../../types/literal.ts'
import type { baseName, compositeValue, typed } from '../../types/schema.ts'
import type { checkedColumn, knownNames } from '../../types/strays.ts'
import type { Fragment } from '../base/fragment.ts'
import type { KindName, Modes, Multirange, MultirangeInput, Range, RangeInput } from '../base/kinds.ts'

/** Any options, of which the types of those that every column has are known. */
interface Loose extends ColumnOptions {
  /** A value of the column's type, or SQL. */
  readonly default?: unknown
  readonly [other: string]: unknown
}

/** What every column takes, with a default of its type. */
interface Options<Input> extends ColumnOptions {
  readonly default?: Input | Fragment | null
}

/** Options that say nothing of what the compiler follows, but for `nullable` and `default`. */
interface Quiet extends ColumnOptions {
  readonly primaryKey?: never
  readonly unique?: never
  readonly version?: never
  readonly generated?: never
  readonly references?: never
  readonly identity?: never
}

/**
 * The columns that most tables are made of, each with an answer that is ready.
 * PERF: an answer made from what was written costs the compiler ten to twenty instantiations, these none.
 */
interface Unsaid extends Quiet {
  readonly nullable?: never
  readonly default?: never
}

interface SaidNullable extends Quiet {
  readonly nullable: true
  readonly default?: never
}

interface SaidDefault<Input> extends Quiet {
  readonly nullable?: never
  readonly default: Input | Fragment
}

interface SaidUnique extends Omit<Quiet, 'unique'> {
  readonly nullable?: never
  readonly default?: never
  readonly unique: true | Exclude<Unique, boolean>
}

/** Options whose names alone are the answer: none is written as `false`, and none says more than that it is there. */
interface Named<Input> extends ColumnOptions {
  readonly nullable?: true
  readonly primaryKey?: true
  readonly unique?: true
  readonly check?: Fragment
  readonly notNull?: string
  readonly version?: true
  readonly references?: never
  readonly identity?: never
  readonly default?: Input | Fragment | null
}

type Common = keyof ColumnOptions | 'default'

interface Identities {
  readonly identity?: Identity
}

interface BigserialOptions extends Loose {
  readonly default?: never
  readonly mode?: 'bigint' | 'number'
}

interface Length {
  readonly length?: number
}

interface Precision {
  readonly precision?: number
}

interface Fields extends Precision {
  readonly fields?: string
}

/** A type with one JavaScript form. The last overload is the one that refuses: it says why the default is wrong. */
interface Plain<Kind extends KindName, Extra = {}> {
  (options?: Unsaid & Extra): Column<Kind, jsOf<Kind>, never, inputOf<Kind>>
  (options: SaidNullable & Extra): Column<Kind, jsOf<Kind>, 'nullable', inputOf<Kind>>
  (options: SaidDefault<inputOf<Kind>> & Extra): Column<Kind, jsOf<Kind>, 'default', inputOf<Kind>>
  (options: SaidUnique & Extra): Column<Kind, jsOf<Kind>, 'unique', inputOf<Kind>>
  <const Given extends Named<inputOf<Kind>> & Extra>(
    options: Given & knownNames<Given, Common | keyof Extra>,
  ): Column<Kind, jsOf<Kind>, keyof Given & Option, inputOf<Kind>>
  <const Given extends Options<inputOf<Kind>> & Extra>(
    options: Given & checkedColumn<Kind, Given, Common | keyof Extra>,
  ): Column<Kind, jsOf<Kind>, optionsOf<Given>, inputOf<Kind>, pointerOf<Kind, Given>>
  <const Given extends Loose & Extra>(
    options: Given & checkedDefault<Kind, inputOf<Kind>, Given> & checkedColumn<Kind, Given, Common | keyof Extra>,
  ): never
}

/** A type whose JavaScript form `mode` chooses: the first form is the one without it. */
interface Moded<
  Kind extends KindName & keyof Modes,
  Mode extends string,
  Value,
  OtherMode extends string,
  Other,
  Extra,
  Input = Value,
  OtherInput = Other,
> {
  (options?: Unsaid & Extra & { readonly mode?: Mode }): Column<Kind, Value, never, Input>
  (options: SaidNullable & Extra & { readonly mode?: Mode }): Column<Kind, Value, 'nullable', Input>
  (options: SaidDefault<Input> & Extra & { readonly mode?: Mode }): Column<Kind, Value, 'default', Input>
  <const Given extends Options<Input> & Extra & { readonly mode?: Mode }>(
    options: Given & checkedColumn<Kind, Given, Common | keyof Extra | 'mode'>,
  ): Column<Kind, Value, optionsOf<Given>, Input, pointerOf<Kind, Given>>
  <const Given extends Options<OtherInput> & Extra & { readonly mode: OtherMode }>(
    options: Given & checkedColumn<Kind, Given, Common | keyof Extra | 'mode'>,
  ): Column<Kind, Other, optionsOf<Given>, OtherInput, pointerOf<Kind, Given>>
  <const Given extends Loose & Extra & { readonly mode?: Mode | OtherMode }>(
    options: Given &
      checkedDefault<Kind, inputIn<Kind, Given>, Given> &
      checkedColumn<Kind, Given, Common | keyof Extra | 'mode'>,
  ): never
}

type Bigint = Moded<'bigint', 'bigint', bigint, 'number', number, Identities>
type Numeric = Moded<
  'numeric',
  'string',
  string,
  'number',
  number,
  { readonly precision?: number; readonly scale?: number }
>
type Timestamp = Moded<'timestamp', 'string', string, 'date', Date, Precision>
type Timestamptz = Moded<'timestamptz', 'date', Date, 'string', string, Precision>

/** A range whose bounds have the modes of their type. */
type Ranged<Kind extends KindName & keyof Modes, Mode extends string, Bound, OtherMode extends string, Other> = Moded<
  Kind,
  Mode,
  Range<Bound>,
  OtherMode,
  Range<Other>,
  {},
  RangeInput<Bound>,
  RangeInput<Other>
>
type Multiranged<
  Kind extends KindName & keyof Modes,
  Mode extends string,
  Bound,
  OtherMode extends string,
  Other,
> = Moded<
  Kind,
  Mode,
  Multirange<Bound>,
  OtherMode,
  Multirange<Other>,
  {},
  MultirangeInput<Bound>,
  MultirangeInput<Other>
>

/** An integer that fills itself from a sequence. */
interface Serial<Kind extends 'smallserial' | 'serial'> {
  (): Column<baseName<Kind>, jsOf<Kind>, 'default'>
  <const Given extends Loose & { readonly default?: never }>(
    options: Given & checkedColumn<Kind, Given, keyof ColumnOptions>,
  ): columnOf<baseName<Kind>, jsOf<Kind>, Given & { readonly default: true }>
}

interface BigSerial {
  (): Column<'bigint', bigint, 'default'>
  <const Given extends BigserialOptions>(
    options: Given & checkedColumn<'bigserial', Given, keyof ColumnOptions | 'mode'>,
  ): columnOf<'bigint', valueIn<'bigserial', Given>, Given & { readonly default: true }>
}

/** A type whose value the caller states: `t.jsonb<Profile>({ nullable: true })`. */
interface Stated<Kind extends KindName> {
  <Value = unknown>(
    options?: StatedOptions & { readonly nullable?: false; readonly default?: never },
  ): Column<Kind, Value>
  <Value = unknown>(
    options: StatedOptions & { readonly nullable: true; readonly default?: never },
  ): Column<Kind, Value, 'nullable'>
  <Value = unknown>(
    options: StatedOptions & { readonly nullable?: false; readonly default: Value | Fragment },
  ): Column<Kind, Value, 'default'>
  <Value = unknown>(
    options: StatedOptions & { readonly nullable: true; readonly default: Value | Fragment | null },
  ): Column<Kind, Value, 'nullable' | 'default'>
  <Value = unknown>(options: ColumnOptions & { readonly generated: Fragment }): Column<Kind, Value, 'generated'>
}

type StatedOptions = Omit<ColumnOptions, 'nullable' | 'generated' | 'references' | 'foreignKey'>

/** How a value of a type of one's own reads and writes. */
export interface Codec<Value> {
  /** A value to Postgres's text form. */
  readonly encode?: (value: Value) => string
  /** Postgres's text form to a value. */
  readonly decode?: (text: string) => Value
  /**
   * What stands between elements of its arrays, where that is no comma: `typdelim` in `pg_type`. Of `box`, and of PostGIS's
   * `geometry` and `geography`, it is known.
   */
  readonly delimiter?: string
}

interface Custom {
  <Value = string>(
    sql: string,
    codec?: Codec<Value>,
    options?: StatedOptions & { readonly nullable?: false; readonly default?: never },
  ): Column<'custom', Value>
  <Value = string>(
    sql: string,
    codec: Codec<Value>,
    options: StatedOptions & { readonly nullable: true; readonly default?: never },
  ): Column<'custom', Value, 'nullable'>
  <Value = string>(
    sql: string,
    codec: Codec<Value>,
    options: StatedOptions & { readonly nullable?: false; readonly default: Value | Fragment },
  ): Column<'custom', Value, 'default'>
  <Value = string>(
    sql: string,
    codec: Codec<Value>,
    options: StatedOptions & { readonly nullable: true; readonly default: Value | Fragment | null },
  ): Column<'custom', Value, 'nullable' | 'default'>
}

type Given = Readonly<Record<string, unknown>>

/** The function of one kind. The cast: what it returns at run time is the literal, what its type promises are phantoms. */
function column<Signature>(kind: KindName): Signature {
  return ((options?: Given) => ({ type: kind, ...options })) as Signature
}

type Id = Column<'bigint', number, 'primaryKey' | 'identity' | 'always'>

interface RefOptions extends Options<number> {
  readonly references?: never
}

/** The types of Postgres, each as a function that gives a column. */
export const t = {
  /** `bigint generated always as identity primary key`; a JS number. */
  id: (options?: { readonly name?: string; readonly comment?: string }): Id =>
    ({ type: 'bigint', mode: 'number', identity: 'always', primaryKey: true, ...options }) as unknown as Id,

  /** A key to a `t.id()` column: `bigint`, a JS number. */
  ref: (<const Target extends string, const Options extends RefOptions>(target: Target, options?: Options) => ({
    type: 'bigint',
    mode: 'number',
    references: target,
    ...options,
  })) as unknown as Reference,

  smallint: column<Plain<'smallint', Identities>>('smallint'),
  integer: column<Plain<'integer', Identities>>('integer'),
  bigint: column<Bigint>('bigint'),
  smallserial: column<Serial<'smallserial'>>('smallserial'),
  serial: column<Serial<'serial'>>('serial'),
  bigserial: column<BigSerial>('bigserial'),
  numeric: column<Numeric>('numeric'),
  real: column<Plain<'real'>>('real'),
  doublePrecision: column<Plain<'double precision'>>('double precision'),
  money: column<Plain<'money'>>('money'),
  text: column<Plain<'text'>>('text'),
  varchar: column<Plain<'varchar', Length>>('varchar'),
  char: column<Plain<'char', Length>>('char'),
  name: column<Plain<'name'>>('name'),
  bytea: column<Plain<'bytea'>>('bytea'),
  boolean: column<Plain<'boolean'>>('boolean'),
  uuid: column<Plain<'uuid'>>('uuid'),
  date: column<Plain<'date'>>('date'),
  time: column<Plain<'time', Precision>>('time'),
  timetz: column<Plain<'timetz', Precision>>('timetz'),
  timestamp: column<Timestamp>('timestamp'),
  timestamptz: column<Timestamptz>('timestamptz'),
  interval: column<Plain<'interval', Fields>>('interval'),
  json: column<Stated<'json'>>('json'),
  jsonb: column<Stated<'jsonb'>>('jsonb'),
  jsonpath: column<Plain<'jsonpath'>>('jsonpath'),
  xml: column<Plain<'xml'>>('xml'),
  bit: column<Plain<'bit', Length>>('bit'),
  varbit: column<Plain<'varbit', Length>>('varbit'),
  inet: column<Plain<'inet'>>('inet'),
  cidr: column<Plain<'cidr'>>('cidr'),
  macaddr: column<Plain<'macaddr'>>('macaddr'),
  macaddr8: column<Plain<'macaddr8'>>('macaddr8'),
  tsvector: column<Plain<'tsvector'>>('tsvector'),
  tsquery: column<Plain<'tsquery'>>('tsquery'),
  point: column<Plain<'point'>>('point'),
  line: column<Plain<'line'>>('line'),
  lseg: column<Plain<'lseg'>>('lseg'),
  box: column<Plain<'box'>>('box'),
  path: column<Plain<'path'>>('path'),
  polygon: column<Plain<'polygon'>>('polygon'),
  circle: column<Plain<'circle'>>('circle'),
  int4range: column<Plain<'int4range'>>('int4range'),
  int8range: column<Ranged<'int8range', 'bigint', bigint, 'number', number>>('int8range'),
  numrange: column<Ranged<'numrange', 'string', string, 'number', number>>('numrange'),
  tsrange: column<Ranged<'tsrange', 'string', string, 'date', Date>>('tsrange'),
  tstzrange: column<Ranged<'tstzrange', 'date', Date, 'string', string>>('tstzrange'),
  daterange: column<Plain<'daterange'>>('daterange'),
  int4multirange: column<Plain<'int4multirange'>>('int4multirange'),
  int8multirange: column<Multiranged<'int8multirange', 'bigint', bigint, 'number', number>>('int8multirange'),
  nummultirange: column<Multiranged<'nummultirange', 'string', string, 'number', number>>('nummultirange'),
  tsmultirange: column<Multiranged<'tsmultirange', 'string', string, 'date', Date>>('tsmultirange'),
  tstzmultirange: column<Multiranged<'tstzmultirange', 'date', Date, 'string', string>>('tstzmultirange'),
  datemultirange: column<Plain<'datemultirange'>>('datemultirange'),
  oid: column<Plain<'oid'>>('oid'),
  xid: column<Plain<'xid'>>('xid'),
  xid8: column<Plain<'xid8'>>('xid8'),
  pgLsn: column<Plain<'pg_lsn'>>('pg_lsn'),
  pgSnapshot: column<Plain<'pg_snapshot'>>('pg_snapshot'),
  regclass: column<Plain<'regclass'>>('regclass'),
  regtype: column<Plain<'regtype'>>('regtype'),

  /** One of a few words, as a type of its own: `t.enum('user_role', ['member', 'admin'])`. */
  enum: ((name: string, values: readonly string[], options?: Given) => ({
    type: 'enum',
    enum: { name, values },
    ...options,
  })) as unknown as Enum,

  /** Many of a type in one value. Arrays of arrays are Postgres's arrays of several dimensions. */
  array: ((of: AnyColumn, options?: Given) => ({ type: 'array', of, ...options })) as unknown as ArrayOf,

  /** A type narrowed by checks: `t.domain('email', { of: t.text(), check: sql`value ~ '@'` })`. */
  domain: ((name: string, definition: Omit<DomainDefinition, 'name'>, options?: Given) => ({
    type: 'domain',
    domain: { name, ...definition },
    ...options,
  })) as unknown as Domain,

  /** A row as a value: `t.composite('address', { street: t.text(), zip: t.text() })`. */
  composite: ((name: string, fields: CompositeDefinition['fields'], options?: Given) => ({
    type: 'composite',
    composite: { name, fields },
    ...options,
  })) as unknown as Composite,

  /** Any other type, as Postgres writes it: `t.custom<number[]>('vector(3)', { encode, decode })`. */
  custom: ((sql: string, codec?: Codec<never>, options?: Given) => ({
    type: 'custom',
    custom: { sql, ...codec },
    ...options,
  })) as unknown as Custom,
}

interface Reference {
  <const Target extends string>(target: Target): Column<'bigint', number, never, number, `bigint ${Target}  `>
  <
    const Target extends string,
    const Given extends Named<number>,
    const Inverse extends string = '',
    const As extends string = '',
  >(
    target: Target,
    options: Given & { readonly inverse?: Inverse; readonly as?: As } & knownNames<Given, Common>,
  ): Column<'bigint', number, keyof Given & Option, number, `bigint ${Target} ${Inverse} ${As}`>
  <const Target extends string, const Given extends RefOptions>(
    target: Target,
    options: Given & checkedColumn<'bigint', Given, Common>,
  ): Column<'bigint', number, optionsOf<Given>, number, pointerTo<'bigint', Target, Given>>
  <const Target extends string, const Given extends Loose>(
    target: Target,
    options: Given & checkedDefault<'bigint', number, Given> & checkedColumn<'bigint', Given, Common>,
  ): never
}

interface Enum {
  <const Name extends string, const Value extends string>(
    name: Name,
    values: readonly Value[],
    options?: Unsaid,
  ): Column<Name, Value>
  <const Name extends string, const Value extends string>(
    name: Name,
    values: readonly Value[],
    options: SaidNullable,
  ): Column<Name, Value, 'nullable'>
  <const Name extends string, const Value extends string>(
    name: Name,
    values: readonly Value[],
    options: SaidDefault<NoInfer<Value>>,
  ): Column<Name, Value, 'default'>
  <const Name extends string, const Value extends string, const Given extends Options<Value>>(
    name: Name,
    values: readonly Value[],
    options: Given & checkedColumn<Name, Given, Common>,
  ): Column<Name, Value, optionsOf<Given>, Value, pointerOf<Name, Given>>
  <const Name extends string, const Value extends string, const Given extends Loose>(
    name: Name,
    values: readonly Value[],
    options: Given & checkedDefault<Name, Value, Given> & checkedColumn<Name, Given, Common>,
  ): never
}

interface ArrayOf {
  <const Of extends AnyColumn>(
    of: Of,
  ): Column<`${typed<Of>['~type']}[]`, typed<Of>['~select'][], never, readonly typed<Of>['~insert'][]>
  <const Of extends AnyColumn, const Given extends Loose>(
    of: Of,
    options: Given &
      checkedDefault<`${typed<Of>['~type']}[]`, readonly typed<Of>['~insert'][], Given> &
      checkedColumn<`${typed<Of>['~type']}[]`, Given, Common>,
  ): columnOf<`${typed<Of>['~type']}[]`, typed<Of>['~select'][], Given, readonly typed<Of>['~insert'][]>
}

interface Domain {
  <const Name extends string, const Of extends AnyColumn>(
    name: Name,
    definition: { readonly of: Of } & Omit<DomainDefinition, 'name' | 'of'>,
  ): Column<Name, typed<Of>['~select'], never, typed<Of>['~insert']>
  <const Name extends string, const Of extends AnyColumn, const Given extends Loose>(
    name: Name,
    definition: { readonly of: Of } & Omit<DomainDefinition, 'name' | 'of'>,
    options: Given & checkedDefault<Name, typed<Of>['~insert'], Given> & checkedColumn<Name, Given, Common>,
  ): columnOf<Name, typed<Of>['~select'], Given, typed<Of>['~insert']>
}

interface Composite {
  <const Name extends string, const Fields extends AnyColumns>(
    name: Name,
    fields: Fields,
  ): Column<Name, compositeValue<Fields>>
  <const Name extends string, const Fields extends AnyColumns, const Given extends Loose>(
    name: Name,
    fields: Fields,
    options: Given & checkedDefault<Name, compositeValue<Fields>, Given> & checkedColumn<Name, Given, Common>,
  ): columnOf<Name, compositeValue<Fields>, Given>
}
