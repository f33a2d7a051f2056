/** Types as the literal writes them become types with every question answered, and each user-made type is kept once. */
import type { AnyColumn, CompositeDefinition, DomainDefinition, EnumDefinition } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { derivedName } from '../base/identifier.ts'
import { isFragment } from '../base/fragment.ts'
import { toposort } from '../base/toposort.ts'
import { checkModels } from './constraints.ts'
import type { CompositeModel, DefaultModel, DomainModel, EnumModel, Model, QualifiedName, TypeModel } from './model.ts'

/** `'name'` or `'schema.name'`; what comes after the first dot is the name. */
export function qualified(name: string): QualifiedName {
  const dot = name.indexOf('.')
  return dot === -1 ? { schema: 'public', name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) }
}

/** A default as the literal gives it: SQL, a value, or none. */
export function defaultModel(given: unknown): DefaultModel | null {
  if (given === undefined) return null
  return isFragment(given) ? { kind: 'sql', sql: given } : { kind: 'value', value: given }
}

/** The types of one schema. Asking for a type that a user made keeps it, and the same name twice must mean the same. */
export class TypeRegistry {
  readonly #enums = new Map<string, EnumModel>()
  readonly #domains = new Map<string, DomainModel>()
  readonly #composites = new Map<string, CompositeModel>()
  readonly #fieldName: (key: string) => string

  constructor(fieldName: (key: string) => string) {
    this.#fieldName = fieldName
  }

  /** The type of a column. */
  type(column: AnyColumn): TypeModel {
    return {
      kind: column.type,
      mode: column.mode ?? null,
      length: column.length ?? null,
      precision: column.precision ?? null,
      scale: column.scale ?? null,
      fields: column.fields ?? null,
      element: column.type === 'array' && column.of ? this.type(column.of) : null,
      enum: column.type === 'enum' && column.enum ? this.enum(column.enum) : null,
      domain: column.type === 'domain' && column.domain ? this.domain(column.domain) : null,
      composite: column.type === 'composite' && column.composite ? this.composite(column.composite) : null,
      custom: column.type === 'custom' ? (column.custom ?? null) : null,
    }
  }

  enum(given: EnumDefinition): EnumModel {
    return this.#once(this.#enums, given.name, { ...qualified(given.name), values: [...given.values] })
  }

  domain(given: DomainDefinition): DomainModel {
    const named = qualified(given.name)
    const checks = given.check === undefined ? [] : Array.isArray(given.check) ? given.check : [given.check]
    return this.#once(this.#domains, given.name, {
      ...named,
      base: this.type(given.of),
      checks: checkModels(checks, at => derivedName(named.name, '', at === 0 ? 'check' : `check${at}`)),
      default: defaultModel(given.default),
      notNull: given.notNull ?? false,
      collate: given.collate ?? null,
      dependsOn: given.dependsOn ?? [],
    })
  }

  composite(given: CompositeDefinition): CompositeModel {
    const fields = Object.entries(given.fields)
    return this.#once(this.#composites, given.name, {
      ...qualified(given.name),
      fields: fields.map(([key, field]) => ({ key, name: field.name ?? this.#fieldName(key), type: this.type(field) })),
    })
  }

  enums(): EnumModel[] {
    return [...this.#enums.values()]
  }

  /** Domains and composites, each after what it is made of. */
  types(): Model['types'] {
    const domains = [...this.#domains.values()].map(model => ({ kind: 'domain' as const, ...model }))
    const composites = [...this.#composites.values()].map(model => ({ kind: 'composite' as const, ...model }))
    const all: Model['types'][number][] = [...domains, ...composites]
    const byName = new Map(all.map(type => [`${type.schema}.${type.name}`, type]))
    return toposort(all, type => {
      const parts = type.kind === 'domain' ? [type.base] : type.fields.map(field => field.type)
      return parts.flatMap(part => {
        const made = madeType(part)
        const found = made && byName.get(`${made.schema}.${made.name}`)
        return found ? [found] : []
      })
    })
  }

  #once<Kept extends QualifiedName>(kept: Map<string, Kept>, name: string, made: Kept): Kept {
    const known = kept.get(name)
    if (known === undefined) {
      kept.set(name, made)
      return made
    }
    if (!sameShape(known, made)) throw new SchemaError('differentType', name)
    return known
  }
}

/** The domain or composite at the bottom of a type, below its arrays. */
function madeType(type: TypeModel): QualifiedName | null {
  return type.element !== null ? madeType(type.element) : (type.domain ?? type.composite)
}

function sameShape(a: unknown, b: unknown): boolean {
  const print = (value: unknown): string =>
    JSON.stringify(value, (_, inner) =>
      typeof inner === 'bigint' || typeof inner === 'function' ? String(inner) : inner,
    )
  return print(a) === print(b)
}
