/** Views that take another meaning as they stand, so that nothing which is made of them has to go. */
import { change, label, locked } from '../../ddl/change/change.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import { createView } from '../../ddl/view.ts'
import type { Change } from '../../schema/change.ts'
import type { Model, QualifiedName, ViewModel } from '../../schema/model.ts'
import { viewRow } from '../view-row.ts'
import { isGoneGenerated } from './column-fates.ts'
import { boundText, functionName, functionQualifiedName, nameOf } from './identity.ts'
import { mentions } from './mention.ts'
import { paired } from './pairs.ts'
import type { Unmade } from './remade-raw.ts'

/**
 * Whether `create or replace` does for a view that holds on to nothing which goes first: its columns stay as they are, and others come after them
 * at most. With a materialized view that stays and reads it, it is made again, so that both have the same rows.
 */
export function replaceable({ from, to, tables }: Unmade): (was: ViewModel, is: ViewModel) => boolean {
  const read = readByMaterialized(to)
  const first = goneFirst({ from, to, tables })
  return (was, is) => {
    if (was.materialized || is.materialized || read.has(nameOf(is))) return false
    const [before, after] = [viewRow(was.as), viewRow(is.as)]
    if (before === undefined || after === undefined || !isStart(before, after)) return false
    const text = fragmentText(was.as)
    return !first.some(one => mentions(text, one))
  }
}

/** What goes before views and policies can let go of it. */
export function goneFirst({ from, to, tables }: Pick<Unmade, 'from' | 'to' | 'tables'>): readonly QualifiedName[] {
  // Functions of rows of what goes do so with it; others go once views are there.
  const rows = [...from.views, ...tables.gone]
  return [
    ...paired(from.functions, to.functions, functionName)
      .gone.filter(one => rows.some(relation => mentions(boundText(one), relation)))
      .map(functionQualifiedName),
    ...tables.both.flatMap(([was, is]) => (was.columns.some(one => isGoneGenerated(is, one)) ? [is] : [])),
  ]
}

export function replaceView(was: ViewModel, is: ViewModel): Change {
  // Postgres takes no column away.
  const isSame = viewRow(was.as)?.length === viewRow(is.as)?.length
  return change('replace view', label(is), createView(is), {
    inverse: isSame ? createView(was) : null,
    locks: locked('ACCESS EXCLUSIVE', is),
  })
}

function isStart(columns: readonly string[], others: readonly string[]): boolean {
  return columns.every((column, at) => column === others[at])
}

/** The views that materialized ones are made of, by way of others too. */
function readByMaterialized({ views }: Model): ReadonlySet<string> {
  const found = new Set<string>()
  const texts = new Map(views.map(view => [view, fragmentText(view.as)]))
  const readers = views.filter(view => view.materialized)
  // It grows while it is gone through.
  for (const reader of readers) {
    const text = texts.get(reader) ?? ''
    for (const view of views) {
      if (found.has(nameOf(view)) || !mentions(text, view)) continue
      found.add(nameOf(view))
      readers.push(view)
    }
  }
  return found
}
