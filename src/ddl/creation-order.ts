/** The parts of a Model in the order in which they can be made. */
import { toposort } from '../base/toposort.ts'
import type { Model, QualifiedName, SequenceModel, TableModel, TypeModel, ViewModel } from '../schema/model.ts'
import { laterKeys } from './later-keys.ts'

/**
 * One part. `start`: schemas and extensions; `between`: what tables have once all of them stand; `end`: triggers and row security, once
 * functions and views stand too.
 */
export type Part =
  | { readonly kind: 'start' | 'between' | 'end' }
  | { readonly kind: 'raw'; readonly raw: Model['raw'][number] }
  | { readonly kind: 'sequence'; readonly sequence: SequenceModel }
  | { readonly kind: 'enum'; readonly enum: Model['enums'][number] }
  | { readonly kind: 'type'; readonly type: Model['types'][number] }
  | { readonly kind: 'function'; readonly function: Model['functions'][number] }
  | { readonly kind: 'table'; readonly table: TableModel }
  | { readonly kind: 'view'; readonly view: ViewModel }

/** The part, with the keys in the literal of what it makes and of what must be there before. */
interface Step {
  readonly part: Part
  readonly key: string | null
  readonly needs: readonly string[]
}

/** Each part after what it depends on, and otherwise in the order of kinds. */
export function creationOrder(model: Model): Part[] {
  const all = steps(model)
  const byKey = new Map<string, Step[]>()
  for (const one of all) {
    if (one.key !== null) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one])
  }
  return toposort(all, step => step.needs.flatMap(need => byKey.get(need) ?? [])).map(({ part }) => part)
}

function steps(model: Model): Step[] {
  const later = laterKeys(model)
  return [
    step({ kind: 'start' }),
    ...rawSteps(model, 'first'),
    ...model.sequences.map(sequence => step({ kind: 'sequence', sequence }, sequence.key)),
    ...model.enums.map(type => step({ kind: 'enum', enum: type }, typeKey(type))),
    ...model.types.map(type =>
      step(
        { kind: 'type', type },
        typeKey(type),
        type.kind === 'domain'
          ? [...typeNeeds(type.base), ...type.dependsOn]
          : type.fields.flatMap(field => typeNeeds(field.type)),
      ),
    ),
    ...functionSteps(model, 'before'),
    ...model.sortedTables.map(table => {
      const targets = table.foreignKeys.filter(key => !later.has(key)).map(key => key.target)
      // A partition may have names of the table above, which takes others when it comes later.
      const above = table.partitionOf === null ? [] : [table.partitionOf.table]
      return step({ kind: 'table', table }, table.key, [...table.inherits, ...above, ...targets, ...table.dependsOn])
    }),
    step({ kind: 'between' }),
    ...functionSteps(model, 'after'),
    ...model.views.map(view => step({ kind: 'view', view }, view.key, view.dependsOn)),
    step({ kind: 'end' }),
    ...rawSteps(model, 'last'),
  ]
}

function step(part: Part, key: string | null = null, needs: readonly string[] = []): Step {
  return { part, key, needs }
}

/** The type that a user made, at the bottom of a type. */
function typeNeeds(type: TypeModel): string[] {
  if (type.element !== null) return typeNeeds(type.element)
  const made = type.enum ?? type.domain ?? type.composite
  return made === null ? [] : [typeKey(made)]
}

function typeKey({ schema, name }: QualifiedName): string {
  return schema === 'public' ? name : `${schema}.${name}`
}

function functionSteps(model: Model, when: 'before' | 'after'): Step[] {
  return model.functions
    .filter(given => (given.when ?? 'after') === when)
    .map(given => step({ kind: 'function', function: given }, given.name, given.dependsOn))
}

function rawSteps(model: Model, when: 'first' | 'last'): Step[] {
  return model.raw
    .filter(given => (given.when ?? 'last') === when)
    .map(given => step({ kind: 'raw', raw: given }, given.name, given.dependsOn))
}
