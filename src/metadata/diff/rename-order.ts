/** Renames that take names from each other. */
import { derivedName } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import { nameOf } from './identity.ts'

export interface Renaming {
  readonly schema: string
  readonly from: string
  readonly to: string
  make(from: string, to: string): Change
}

/** Each after the one that has its name; where names go round in a ring, one steps aside first. */
export function renamedInOrder(renamings: readonly Renaming[]): Change[] {
  const changes: Change[] = []
  let left = [...renamings]
  while (left.length > 0) {
    const taken = new Set(left.map(({ schema, from }) => nameOf({ schema, name: from })))
    const ready = left.filter(({ schema, to }) => !taken.has(nameOf({ schema, name: to })))
    const [first] = left
    if (ready.length === 0 && first !== undefined) {
      const aside = derivedName(first.from, '', 'aside')
      changes.push(first.make(first.from, aside))
      left = [...left.slice(1), { ...first, from: aside }]
    }
    changes.push(...ready.map(one => one.make(one.from, one.to)))
    left = left.filter(one => !ready.includes(one))
  }
  return changes
}
