/** A type as Postgres prints it, as the literal writes it. */
import type { AnyColumn, CompositeDefinition, DomainDefinition } from '../../types/literal.ts'
import { quote } from '../base/identifier.ts'
import { type KindName, kinds } from '../base/kinds.ts'
import type { Catalogue } from './catalogue.ts'
import type { TypeRow } from './read-types.ts'
import type { Names } from './reflect-names.ts'
import { present, textFragment } from './text-fragment.ts'

/** What of a column says its type. */
export type TypeLiteral = Pick<
  AnyColumn,
  'type' | 'length' | 'precision' | 'scale' | 'fields' | 'of' | 'enum' | 'domain' | 'composite' | 'custom'
>

const kindBySql = new Map<string, KindName>(
  Object.entries(kinds).flatMap(([kind, { sql }]) =>
    sql === null || kind.endsWith('serial') ? [] : [[sql, kind as KindName] as const],
  ),
)

/** Types of one database: those that users made are kept once. */
export class TypeReader {
  readonly #catalogue: Catalogue
  readonly #names: Names
  readonly #needs: (oid: string) => readonly string[]
  readonly #typeKeys: ReadonlySet<string>
  readonly #domains = new Map<string, DomainDefinition>()
  readonly #composites = new Map<string, CompositeDefinition>()

  constructor(catalogue: Catalogue, names: Names, needs: (oid: string) => readonly string[]) {
    this.#catalogue = catalogue
    this.#names = names
    this.#needs = needs
    this.#typeKeys = new Set(catalogue.types.filter(({ kind }) => 'edc'.includes(kind)).map(row => names.typeKey(row)))
  }

  /** The type with this oid that `format_type` prints so. */
  type(text: string, oid: string): TypeLiteral {
    const made = this.#catalogue.typeByOid.get(oid)
    if (made !== undefined) return this.#made(made, text)
    const element = this.#catalogue.typeByArray.get(oid)
    if (element !== undefined) return { type: 'array', of: this.#made(element, text.slice(0, -2)) }
    if (text.endsWith('[]')) {
      const of = builtIn(text.slice(0, -2))
      return of.type === 'custom' ? { type: 'custom', custom: { sql: text } } : { type: 'array', of }
    }
    return builtIn(text)
  }

  domain(row: TypeRow): DomainDefinition {
    const known = this.#domains.get(row.oid)
    if (known !== undefined) return known
    const checks = (this.#catalogue.constraints.get(row.oid) ?? []).filter(one => one.type === 'c' && one.validated)
    const needs = this.#needs(row.oid)
    const made: DomainDefinition = present({
      name: this.#names.typeKey(row),
      of: collated(this.type(row.base ?? '', row.baseOid), row),
      check:
        checks.length === 0
          ? undefined
          : checks.map(({ name, expression }) => ({ name, on: textFragment(expression ?? '') })),
      default: row.default === null ? undefined : textFragment(row.default),
      notNull: row.notNull ? true : undefined,
      collate: simpleCollation(row) ?? undefined,
      dependsOn: needs.length === 0 ? undefined : needs,
    })
    this.#domains.set(row.oid, made)
    return made
  }

  composite(row: TypeRow): CompositeDefinition {
    const known = this.#composites.get(row.oid)
    if (known !== undefined) return known
    const columns = this.#catalogue.columns.get(row.relation) ?? []
    const made = {
      name: this.#names.typeKey(row),
      fields: Object.fromEntries(
        columns.map(column => {
          const type = this.type(column.type, column.typeOid)
          return [column.name, column.collation === null ? type : withCollation(type, column.type, column)]
        }),
      ),
    }
    this.#composites.set(row.oid, made)
    return made
  }

  /** Whether it is a composite that the literal can say: one that is made of types alone, and not of tables or ranges that come after it. */
  isComposite(row: TypeRow): boolean {
    if (row.kind !== 'c' || this.#catalogue.relationByOid.get(row.relation)?.kind !== 'c') return false
    return this.#needs(row.oid).every(key => this.#typeKeys.has(key))
  }

  #made(row: TypeRow, text: string): TypeLiteral {
    if (row.schema.includes('.')) return { type: 'custom', custom: { sql: text } }
    if (row.kind === 'e') return { type: 'enum', enum: { name: this.#names.typeKey(row), values: row.labels } }
    if (row.kind === 'd') return { type: 'domain', domain: this.domain(row) }
    // The row of a table is a type too, which the table makes.
    if (this.isComposite(row)) {
      return { type: 'composite', composite: this.composite(row) }
    }
    return { type: 'custom', custom: { sql: text } }
  }
}

interface Collated {
  readonly collation: string | null
  readonly collationSchema: string | null
}

/** A collation that its name alone finds. */
export function simpleCollation({ collation, collationSchema }: Collated): string | null {
  return collationSchema === 'pg_catalog' || collationSchema === 'public' ? collation : null
}

/** The type, with a collation of another schema in its text, since `collate` takes a name only. */
function collated(type: TypeLiteral, row: Collated & { readonly base: string | null }): TypeLiteral {
  if (row.collation === null || simpleCollation(row) !== null) return type
  return withCollation(type, row.base ?? '', row)
}

/** The type as text, its collation in it. */
export function withCollation(_type: TypeLiteral, text: string, { collation, collationSchema }: Collated): TypeLiteral {
  return {
    type: 'custom',
    custom: { sql: `${text} collate ${quote(collationSchema ?? '')}.${quote(collation ?? '')}` },
  }
}

/** A type of Postgres's own, or one of an extension, as its text. */
function builtIn(text: string): TypeLiteral {
  const interval = /^interval( [a-z ]+?)?(?:\((\d+)\))?$/.exec(text)
  if (interval !== null) {
    return present({
      type: 'interval' as const,
      fields: interval[1]?.trim(),
      precision: interval[2] === undefined ? undefined : Number(interval[2]),
    })
  }
  const [, before = '', modifiers, after = ''] = /^(.*?)(?:\(([-\d, ]+)\))?( with(?:out)? time zone)?$/.exec(text) ?? []
  const kind = kindBySql.get(before + after)
  const custom: TypeLiteral = { type: 'custom', custom: { sql: text } }
  if (kind === undefined) return custom
  if (modifiers === undefined) return { type: kind }
  const [first = 0, second] = modifiers.split(',').map(Number)
  if (kind === 'numeric') return { type: kind, precision: first, scale: second ?? 0 }
  if (/^time/.test(kind)) return { type: kind, precision: first }
  return ['varchar', 'char', 'bit', 'varbit'].includes(kind) ? { type: kind, length: first } : custom
}
