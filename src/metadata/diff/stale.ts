/** What is kept of a function's results, which Postgres leaves as it is when the function gets another body under its name. */
import { hazard, label } from '../../ddl/change/change.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import type { Hazard } from '../../schema/change.ts'
import type { IndexModel, Model, QualifiedName, TableModel, ViewModel } from '../../schema/model.ts'
import { followed } from './attachment.ts'
import type { Comparison } from './comparison.ts'
import { isSameView } from './filled-views.ts'
import { functionName, functionQualifiedName, nameOf } from './identity.ts'
import { calls, mentions } from './mention.ts'
import { paired } from './pairs.ts'
import { constraintFate, constraintsOf, type Fate, indexFate, indexMeaning } from './table-parts.ts'

type FunctionModel = Model['functions'][number]

/**
 * A hazard for each thing that stays and calls the function, itself or by way of other functions or views. The plan computes nothing again:
 * whether the new body gives other results for what is there is not known, and to build an index or to write a table anew takes its time.
 */
export function staleHazards(comparison: Comparison, was: FunctionModel, is: FunctionModel): Hazard[] {
  if (bodyOf(was) === bodyOf(is)) return []
  const called = calling(comparison, is)
  const stale = (message: string, rows: QualifiedName): Hazard =>
    hazard('stale', `replace ${is.kind ?? 'function'}`, functionName(is), message, rows)
  return [
    ...comparison.tables.both
      // Partitions are told of with the table above.
      .filter(pair => followed(comparison, ...pair) === undefined)
      .flatMap(([was, is]) => ofTable(comparison, was, is, called).map(message => stale(message, is))),
    ...filledViews(comparison, called).map(view =>
      stale(`'${label(view)}' has what the old body gave until it is refreshed`, view),
    ),
  ]
}

/** The function and those that call it, by the text of their bodies, which may leave out its schema. */
function calling({ to }: Comparison, one: FunctionModel): QualifiedName[] {
  const found = new Map([[functionName(one), functionQualifiedName(one)]])
  for (let size = 0; size < found.size; ) {
    size = found.size
    for (const other of to.functions)
      if ([...found.values()].some(({ name }) => calls(bodyOf(other), name)))
        found.set(functionName(other), functionQualifiedName(other))
  }
  return [...found.values()]
}

/** What it does; before that is how it is called. */
function bodyOf({ sql }: FunctionModel): string {
  const text = fragmentText(sql)
  return text.slice(Math.max(0, text.search(/\n(?:AS |RETURN |BEGIN ATOMIC)/)))
}

function ofTable(comparison: Comparison, was: TableModel, is: TableModel, called: readonly QualifiedName[]): string[] {
  const remade = comparison.columns.remade.get(is)
  const isKept = (name: string): boolean => (is.columnByName.get(name)?.stored ?? false) && remade?.has(name) !== true
  const constraints = standing(constraintsOf(comparison.from, was), constraintFate(comparison, was, is)).filter(
    ({ clause }) => namesOne(clause, called),
  )
  const excludes = constraints.filter(one => one.kind === 'exclude')
  const indexes = standing(was.indexes, indexFate(comparison, was, is)).filter(one => isBuiltBy(one, called))
  return [
    ...was.columns
      .filter(one => one.generated !== null && namesOne(fragmentText(one.generated), called) && isKept(one.name))
      .map(one => `'${label(is, one.name)}' has what the old body gave until its rows are written again`),
    ...[...excludes, ...indexes].map(
      ({ name }) =>
        `'${name}' finds rows of '${label(is)}' by what the old body gave until it is built again (reindex)`,
    ),
    ...constraints
      .filter(one => one.kind === 'check')
      .map(
        ({ name }) => `rows of '${label(is)}' that '${name}' let in by the old body stay, whatever the new one says`,
      ),
  ]
}

function namesOne(text: string, names: readonly QualifiedName[]): boolean {
  return names.some(one => mentions(text, one))
}

/** The parts that stay as they are, but for their names. */
function standing<Thing extends { readonly name: string }>(things: readonly Thing[], fate: Fate<Thing>): Thing[] {
  const away = new Set([...fate.gone, ...[...fate.changed, ...fate.broken].map(([old]) => old)].map(one => one.name))
  return things.filter(one => !away.has(one.name))
}

function isBuiltBy(index: IndexModel, called: readonly QualifiedName[]): boolean {
  return namesOne(indexMeaning(index), called)
}

/** The materialized views that stay and call it. */
function filledViews({ from, to, remade }: Comparison, called: readonly QualifiedName[]): ViewModel[] {
  const reading = [...called]
  return paired(from.views, to.views, nameOf).both.flatMap(([was, is]) => {
    // Views come after those that they read.
    if (!namesOne(fragmentText(was.as), reading)) return []
    reading.push(is)
    const isKept = was.materialized && isSameView(was, is) && !remade.views.has(nameOf(is))
    return isKept ? [is] : []
  })
}
