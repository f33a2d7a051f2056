/** What has the name that a renamed table is to have, and is no table: it gets another name first, and goes with the rest of what goes. */
import { derivedName, quote, quoteQualified } from '../../base/identifier.ts'
import { change, label, locked } from '../../ddl/change/change.ts'
import { renameSequence } from '../../ddl/change/identity.ts'
import { viewWord } from '../../ddl/view.ts'
import type { Change } from '../../schema/change.ts'
import type { Model, QualifiedName } from '../../schema/model.ts'
import { nameOf } from './identity.ts'
import { heldNames } from './name-clash.ts'

/**
 * @param model what stands, before the renames
 * @param names those that tables are to have
 * @param other the schema on the other side, whose names are left alone
 */
export function makeWay(model: Model, names: readonly QualifiedName[], other: Model): Change[] {
  const wanted = new Set(names.map(nameOf))
  const isInTheWay = (one: QualifiedName): boolean => wanted.has(nameOf(one))
  const free = (one: QualifiedName): string => freeName([model, other], one)
  return [
    ...model.views.filter(isInTheWay).map(view => renamed(viewWord(view), view, free(view))),
    ...model.sequences.filter(isInTheWay).map(one => renameSequence(one, free(one))),
    ...model.enums.filter(isInTheWay).map(one => renamed('type', one, free(one))),
    ...model.types.filter(isInTheWay).map(one => renamed(one.kind === 'domain' ? 'domain' : 'type', one, free(one))),
  ]
}

/** A name beside that of a thing, which nothing has in either schema. */
export function freeName(models: readonly Model[], { schema, name }: QualifiedName): string {
  for (let number = 1; ; number++) {
    const found = derivedName(name, number === 1 ? '' : String(number), 'aside')
    if (!models.some(model => heldNames(model).has(nameOf({ schema, name: found })))) return found
  }
}

function renamed(word: string, thing: QualifiedName, name: string): Change {
  const isRelation = word.endsWith('view')
  const sql = (from: QualifiedName, to: string): string =>
    `alter ${word} ${quoteQualified(from)} rename to ${quote(to)}`
  return change(`rename ${word}`, label(thing), sql(thing, name), {
    inverse: sql({ ...thing, name }, thing.name),
    locks: isRelation ? locked('ACCESS EXCLUSIVE', thing) : [],
  })
}
