/** Any schema that a session may work on: keys of many kinds, columns of many types, relations of every form. */
import fc from 'fast-check'
import { sql } from '../../src/index.ts'
import type { AnyColumn, AnyTable, AnyTables, Cascade, ForeignKey, ReferentialAction } from '../../types/literal.ts'

type Data = Record<string, unknown>

interface Kind {
  readonly column: AnyColumn
  /** A value for a number: a new one at every call, so that no two rows share one that changes within itself. */
  make(seed: number): unknown
  /** Changes a value within itself. */
  edit?(value: never, seed: number): void
}

const moods = { name: 'mood', values: ['sad', 'so, "so"', 'NULL'] }
const uuid = (seed: number): string => `00000000-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`
const moment = (seed: number): Date => new Date(Date.UTC(2024, 0, 1) + seed * 86_400_001)

/** Types, with values that JSON, text and the binary protocol each have their own way with. */
export const kinds = {
  integer: { column: { type: 'integer' }, make: seed => seed - 7 },
  bigint: { column: { type: 'bigint' }, make: seed => 2n ** 62n + BigInt(seed) },
  bigintNumber: { column: { type: 'bigint', mode: 'number' }, make: seed => 2 ** 52 + seed },
  numeric: { column: { type: 'numeric' }, make: seed => `${seed}.50` },
  double: { column: { type: 'double precision' }, make: seed => [-0, Number.NaN, 5e-324, 0.1][seed] ?? seed / 3 },
  boolean: { column: { type: 'boolean' }, make: seed => seed % 2 === 0 },
  text: { column: { type: 'text' }, make: seed => ['', 'NULL', 'it\'s \\ {"so"}', 'ä\u{1F600}'][seed] ?? `t${seed}` },
  varchar: { column: { type: 'varchar', length: 9 }, make: seed => `v${seed}` },
  timestamptz: {
    column: { type: 'timestamptz' },
    make: moment,
    edit: (value: Date, seed) => value.setTime(moment(seed).getTime()),
  },
  timestamp: {
    column: { type: 'timestamp' },
    make: seed => `2024-02-03 04:05:06.${String(seed + 100)}007`.slice(0, 26),
  },
  date: { column: { type: 'date' }, make: seed => `2024-01-${String((seed % 28) + 1).padStart(2, '0')}` },
  jsonb: {
    column: { type: 'jsonb' },
    make: seed => ({ a: [seed, { b: `x${seed}` }], at: null }),
    edit: (value: { a: unknown[] }, seed) => value.a.push(seed),
  },
  integers: {
    column: { type: 'array', of: { type: 'integer' } },
    make: seed => Array.from({ length: seed % 4 }, (_, at) => seed + at),
    edit: (value: number[], seed) => value.unshift(seed),
  },
  moments: {
    column: { type: 'array', of: { type: 'timestamptz' } },
    make: seed => [moment(seed), null],
    edit: (value: (Date | null)[], seed) => value.push(moment(seed)),
  },
  texts: { column: { type: 'array', of: { type: 'text' } }, make: seed => [`a"${seed}`, null, 'NULL', ''] },
  bytea: {
    column: { type: 'bytea' },
    make: seed => Uint8Array.of(seed, 0, 255 - seed),
    edit: (value: Uint8Array, seed) => value.fill(seed, 1, 2),
  },
  enum: { column: { type: 'enum', enum: moods }, make: seed => moods.values[seed % 3] },
  uuid: { column: { type: 'uuid' }, make: uuid },
  range: {
    column: { type: 'int4range' },
    make: seed => ({ lower: seed, upper: seed + 3, bounds: '[)', empty: false }),
    edit: (value: { upper: number }, seed) => {
      value.upper += seed + 1
    },
  },
  custom: {
    column: {
      type: 'custom',
      custom: {
        sql: 'int4',
        encode: (value: { is: number }) => String(value.is),
        decode: text => ({ is: Number(text) }),
      },
    },
    make: seed => ({ is: seed }),
    edit: (value: { is: number }, seed) => {
      value.is += seed + 1
    },
  },
} satisfies Record<string, Kind>

export type KindKey = keyof typeof kinds
export const kindOf = (key: KindKey): Kind => kinds[key]

const kindKeys = Object.keys(kinds) as KindKey[]
const naturals = ['text', 'bytea', 'timestamptz', 'numeric', 'uuid'] as const satisfies readonly KindKey[]

interface ColumnPlan {
  readonly kind: KindKey
  readonly nullable: boolean
  readonly filled: boolean
}

interface KeyPlan {
  readonly target: number
  readonly required: boolean
  readonly to: 'key' | 'code'
  readonly onDelete: Exclude<ReferentialAction, 'set default'>
  readonly onUpdate: Exclude<ReferentialAction, 'set default'>
  readonly cascade: readonly Cascade[]
  readonly inverse: boolean
  readonly single: boolean
  readonly otherMode: boolean
  readonly deferred: boolean
}

export type KeyKind = 'id' | 'bigint' | 'uuid' | 'natural' | 'pair' | 'under'

interface TablePlan {
  readonly key: KeyKind
  readonly natural: (typeof naturals)[number]
  readonly columns: readonly ColumnPlan[]
  readonly keys: readonly KeyPlan[]
  readonly code: boolean
  readonly version: 'none' | 'integer' | 'bigint' | 'uuid' | 'timestamptz'
  readonly generated: boolean
  /** A table that it is joined to by one of its own. */
  readonly link: number
}

export interface SchemaPlan {
  readonly tables: readonly TablePlan[]
  /** Whether rows become objects of classes. */
  readonly classes: boolean
}

const key: fc.Arbitrary<KeyPlan> = fc.record({
  target: fc.nat(9),
  required: fc.boolean(),
  to: fc.constantFrom('key', 'key', 'code'),
  onDelete: fc.constantFrom('no action', 'cascade', 'set null', 'restrict'),
  onUpdate: fc.constantFrom('cascade', 'cascade', 'no action', 'set null'),
  cascade: fc.subarray<Cascade>(['delete', 'orphan', 'refresh']),
  inverse: fc.constantFrom(true, true, true, false),
  single: fc.constantFrom(false, false, false, true),
  otherMode: fc.boolean(),
  deferred: fc.constantFrom(false, false, false, true),
})

const tablePlan: fc.Arbitrary<TablePlan> = fc.record({
  key: fc.constantFrom('id', 'id', 'bigint', 'uuid', 'natural', 'pair', 'under'),
  natural: fc.constantFrom(...naturals),
  columns: fc.array(
    fc.record({
      kind: fc.constantFrom(...kindKeys),
      nullable: fc.boolean(),
      filled: fc.constantFrom(false, false, true),
    }),
    { maxLength: 4 },
  ),
  keys: fc.array(key, { maxLength: 3 }),
  code: fc.boolean(),
  version: fc.constantFrom('none', 'none', 'integer', 'bigint', 'uuid', 'timestamptz'),
  generated: fc.boolean(),
  link: fc.nat(9),
})

export const sessionSchema: fc.Arbitrary<SchemaPlan> = fc.record({
  tables: fc.array(tablePlan, { minLength: 1, maxLength: 5, size: 'max' }),
  classes: fc.constantFrom(false, false, true),
})

/** A column that callers give values. */
export interface ColumnInfo {
  readonly name: string
  readonly kind: KindKey
  readonly nullable: boolean
  /** What the database gives where an insert does not; undefined for nothing. */
  readonly filling: number | undefined
}

export interface KeyInfo {
  /** Also the name of the relation. */
  readonly name: string
  readonly table: string
  readonly target: string
  readonly columns: readonly string[]
  readonly targetColumns: readonly string[]
  readonly required: boolean
  readonly inverse: string | null
  readonly single: boolean
  readonly deferred: boolean
  /** How a value of the target's column becomes one of this column. */
  readonly convert: (value: unknown) => unknown
  readonly onDelete: KeyPlan['onDelete']
  readonly onUpdate: KeyPlan['onUpdate']
  readonly cascade: readonly Cascade[]
}

export interface TableInfo {
  readonly name: string
  readonly primary: readonly string[]
  /** The column of the key that the database gives. */
  readonly given: string | null
  /** Columns of keys that callers give: of the primary key, and the code. */
  readonly natural: readonly ColumnInfo[]
  readonly columns: readonly ColumnInfo[]
  readonly keys: readonly KeyInfo[]
  readonly uniques: readonly (readonly string[])[]
  readonly generated: boolean
}

/** A way over a join table. */
export interface LinkInfo {
  readonly name: string
  readonly near: string
  readonly far: string
  /** On the rows of `near`, and on those of `far`. */
  readonly there: string
  readonly back: string
  readonly columns: readonly [near: string, far: string]
}

export interface SchemaInfo {
  readonly literal: AnyTables
  readonly tables: ReadonlyMap<string, TableInfo>
  readonly links: readonly LinkInfo[]
  readonly hasClasses: boolean
  /** The keys that point to a table. */
  to(table: string): readonly KeyInfo[]
}

interface Bare {
  readonly name: string
  readonly plan: TablePlan
  /** The columns of the key, as others are to have them. */
  readonly primary: readonly (readonly [string, AnyColumn])[]
  /** For a table whose key has the key of another: which. */
  readonly above: Bare | null
}

const names = ['a', 'b', 'c', 'd', 'e']
const bigNumber: AnyColumn = { type: 'bigint', mode: 'number' }

function bareOf(plan: TablePlan, at: number, before: readonly Bare[]): Bare {
  const name = names[at] ?? ''
  const above = plan.key === 'under' ? (before[(plan.keys[0]?.target ?? 0) % Math.max(1, before.length)] ?? null) : null
  const primary = ((): [string, AnyColumn][] => {
    switch (plan.key) {
      case 'bigint':
        return [['id', { type: 'bigint' }]]
      case 'uuid':
        return [['id', { type: 'uuid' }]]
      case 'natural':
        return [['id', kinds[plan.natural].column]]
      case 'pair':
        return [
          ['one', { type: 'text' }],
          ['two', { type: 'integer' }],
        ]
      case 'under':
        // Two levels, so that keys stay short.
        if (above !== null && above.primary.length < 3)
          return [
            ...above.primary.map(([column, type]): [string, AnyColumn] => [`u_${column}`, type]),
            ['no', { type: 'integer' }],
          ]
        return [['id', bigNumber]]
      default:
        return [['id', bigNumber]]
    }
  })()
  return { name, plan, primary, above: primary.at(-1)?.[0] === 'no' ? above : null }
}

/** The schema of a plan. What a plan cannot have is left out. */
export function schemaOf({ tables: plans, classes }: SchemaPlan): SchemaInfo {
  const bare: Bare[] = []
  for (const [at, plan] of plans.entries()) bare.push(bareOf(plan, at, bare))
  const literal: Record<string, AnyTable> = {}
  const tables = new Map<string, TableInfo>()
  const links: LinkInfo[] = []
  for (const [at, one] of bare.entries()) {
    const { name, plan, above, primary } = one
    const columns: Record<string, AnyColumn> = {}
    const foreignKeys: Record<string, ForeignKey> = {}
    const natural: ColumnInfo[] = []
    const keys: KeyInfo[] = []
    const uniques: string[][] = [primary.map(([column]) => column)]
    const isGiven =
      plan.key === 'id' || plan.key === 'bigint' || plan.key === 'uuid' || (plan.key === 'under' && above === null)
    if (isGiven) {
      const given: Data =
        plan.key === 'uuid'
          ? { default: sql`gen_random_uuid()` }
          : { identity: plan.key === 'bigint' ? 'byDefault' : 'always' }
      columns['id'] = { ...(primary[0]?.[1] as AnyColumn), ...given, primaryKey: true }
    } else {
      for (const [column, type] of primary) {
        columns[column] = primary.length === 1 ? { ...type, primaryKey: true } : type
        if (above !== null && column !== 'no') continue
        const kind = column === 'no' || column === 'two' ? 'integer' : column === 'one' ? 'text' : plan.natural
        natural.push({ name: column, kind, nullable: false, filling: undefined })
      }
    }
    if (plan.code) {
      columns['code'] = { type: 'text', unique: true }
      natural.push({ name: 'code', kind: 'text', nullable: false, filling: undefined })
      uniques.push(['code'])
    }
    columns['n'] = { type: 'integer', default: 3 }
    const own: ColumnInfo[] = [{ name: 'n', kind: 'integer', nullable: false, filling: 10 }]
    for (const [place, { kind, nullable, filled }] of plan.columns.entries()) {
      // A default is printed as a literal, which a custom type has its own way with.
      const isFilled = filled && kind !== 'custom' && kind !== 'range'
      own.push({ name: `v${place}`, kind, nullable, filling: isFilled ? 5 : undefined })
      columns[`v${place}`] = {
        ...kindOf(kind).column,
        ...(nullable ? { nullable } : {}),
        ...(isFilled ? { default: kindOf(kind).make(5) } : {}),
      }
    }
    if (plan.version !== 'none') columns['version'] = { type: plan.version, version: true }
    if (plan.generated) columns['g'] = { type: 'integer', generated: sql`(n * 2)` }
    const add = (key: KeyPlan, place: number, target: Bare, isAbove: boolean): void => {
      const isCode = !isAbove && key.to === 'code' && target.plan.code
      const pointed: readonly (readonly [string, AnyColumn])[] = isCode ? [['code', { type: 'text' }]] : target.primary
      const isSingleColumn = pointed.length === 1
      // A key that must have a value may not make a cycle of tables.
      const required = isAbove || (key.required && bare.indexOf(target) < at)
      const onDelete = key.onDelete === 'set null' && required ? 'cascade' : key.onDelete
      const onUpdate = key.onUpdate === 'set null' && required ? 'cascade' : key.onUpdate
      const single = !isAbove && key.single && isSingleColumn
      const [type] = pointed[0] === undefined ? [] : [pointed[0][1]]
      const isTurned = !isAbove && key.otherMode && isSingleColumn && type?.type === 'bigint'
      const turned: AnyColumn = type?.mode === 'number' ? { type: 'bigint' } : bigNumber
      const relation = `k${place}`
      const options = {
        as: relation,
        ...(key.inverse ? { inverse: `${name}_${relation}` } : {}),
        ...(onDelete === 'no action' ? {} : { onDelete }),
        ...(onUpdate === 'no action' ? {} : { onUpdate }),
        ...(key.deferred ? { deferrable: 'initially deferred' as const } : {}),
        cascade: ['save-update' as const, ...key.cascade],
      }
      const mine = pointed.map(([column]) => (isAbove ? `u_${column}` : `${relation}_${column}`))
      for (const [index, [, type]] of pointed.entries()) {
        const column = mine[index] ?? ''
        columns[column] = {
          ...(isTurned ? turned : type),
          ...(required ? {} : { nullable: true }),
          ...(single ? { unique: true } : {}),
        }
        if (isSingleColumn && !isAbove)
          columns[column] = { ...columns[column], references: `${target.name}.${pointed[0]?.[0]}`, ...options }
      }
      if (!isSingleColumn || isAbove)
        foreignKeys[`${name}_${relation}_fk`] = {
          columns: mine,
          references: target.name,
          target: pointed.map(([column]) => column),
          ...options,
        }
      if (single) uniques.push([...mine])
      keys.push({
        name: relation,
        table: name,
        target: target.name,
        columns: mine,
        targetColumns: pointed.map(([column]) => column),
        required,
        inverse: key.inverse ? `${name}_${relation}` : null,
        single,
        deferred: key.deferred,
        convert: isTurned
          ? value => (typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? BigInt(value) : value)
          : value => value,
        onDelete,
        onUpdate,
        cascade: key.cascade,
      })
    }
    for (const [place, key] of plan.keys.entries()) {
      const target = bare[key.target % bare.length]
      if (place === 0 && above !== null) add(key, 0, above, true)
      else if (target !== undefined) add(key, place, target, false)
    }
    if (above !== null && plan.keys.length === 0) {
      const plain: KeyPlan = {
        target: 0,
        required: true,
        to: 'key',
        onDelete: 'cascade',
        onUpdate: 'cascade',
        cascade: [],
        inverse: true,
        single: false,
        otherMode: false,
        deferred: false,
      }
      add(plain, 0, above, true)
    }
    const isWide = primary.length > 1
    literal[name] = {
      columns,
      ...(isWide ? { primaryKey: primary.map(([column]) => column) } : {}),
      ...(Object.keys(foreignKeys).length > 0 ? { foreignKeys } : {}),
    }
    tables.set(name, {
      name,
      primary: primary.map(([column]) => column),
      given: isGiven ? 'id' : null,
      natural,
      columns: own,
      keys,
      uniques,
      generated: plan.generated,
    })
    const far = bare[plan.link]
    if (far !== undefined && !isWide && far.primary.length === 1) {
      const link = `${name}_${far.name}`
      const end = (column: AnyColumn | undefined, to: string): AnyColumn => ({
        ...(column as AnyColumn),
        references: `${to}.id`,
        onDelete: 'cascade',
        onUpdate: 'cascade',
      })
      literal[link] = {
        columns: { near: end(primary[0]?.[1], name), far: end(far.primary[0]?.[1], far.name) },
        primaryKey: ['near', 'far'],
        link: { near: `${link}_back`, far: `${link}_there` },
      }
      links.push({
        name: link,
        near: name,
        far: far.name,
        there: `${link}_there`,
        back: `${link}_back`,
        columns: ['near', 'far'],
      })
    }
  }
  const all = [...tables.values()].flatMap(({ keys }) => keys)
  return { literal, tables, links, hasClasses: classes, to: table => all.filter(({ target }) => target === table) }
}
