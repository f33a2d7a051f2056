/** How a database differs from the literal, and the way from the one to the other. */
import type { AnySchema } from '../../types/schema.ts'
import type { EngineCore } from '../engine/engine.ts'
import { buildModel } from '../schema/build.ts'
import type { Change, Plan } from '../schema/change.ts'
import { fragmentText } from '../ddl/fragment-text.ts'
import type { Model, ViewModel } from '../schema/model.ts'
import { byName, nameOf } from './diff/identity.ts'
import { diff } from './diff/diff.ts'
import { findRenames, type Renames } from './diff/renames.ts'
import type { HistoryOptions } from './migrate/history.ts'
import { withoutHistory } from './without-history.ts'
import { accessIn, unsaidAccess, withAccess, withoutUnsaid } from './without-unsaid.ts'
import { NormalForm, versionOf } from './normal-form.ts'
import type { ReflectOptions } from './reflect.ts'

export interface DiffOptions extends ReflectOptions {
  /**
   * Old names with their new ones, by the database's names: `{ 'users.name': 'full_name', people: 'users' }`; null says that it is no rename.
   */
  readonly renames?: Renames
  /** Where the migrations are remembered, which is left out; `public.cupel_migrations` unless stated. */
  readonly history?: HistoryOptions
}

/** From what is there to the literal, and back. */
export async function difference(
  engine: EngineCore,
  found: AnySchema,
  wanted: AnySchema,
  options: DiffOptions = {},
): Promise<Plan> {
  const extensions = [found, wanted].flatMap(one => modelOf(one).extensions.map(({ name }) => name))
  const normal = new NormalForm(engine, extensions)
  const { onLeftOut: _, ...read } = options
  try {
    const to = withoutHistory(await normal.of(wanted, [], read), options.history)
    const silent = withoutUnsaid(withoutHistory(found, options.history), wanted)
    const isAlike = await normal.isAlike()
    const from = isAlike ? withSameWords(silent, wanted, to) : await normal.of(silent, [], read)
    const renames = findRenames(modelOf(from), modelOf(to), modelOf(wanted), options.renames ?? {})
    const after = async (schema: AnySchema, changes: readonly Change[]): Promise<AnySchema> => {
      const statements = changes.map(change => change.sql)
      return statements.length === 0 ? schema : await normal.of(schema, statements, read)
    }
    const renamed = await after(from, renames.changes)
    const restored = await after(to, renames.back)
    // The statements are for the engine's own server, whatever database stood in for it.
    const version = isAlike ? await normal.version() : await versionOf(engine)
    const access = unsaidAccess(withoutHistory(found, options.history), wanted)
    const there = accessIn(to, accessIn(renamed, access))
    return {
      changes: [...renames.changes, ...diff(withAccess(renamed, there), withAccess(to, there), version)],
      back: [...renames.back, ...diff(withAccess(restored, access), withAccess(from, access), version)],
      questions: renames.questions,
    }
  } finally {
    await normal.dispose()
  }
}

/**
 * What was found, with the views that the literal has word for word as `to` prints them: Postgres may print a view that it has printed before
 * in other words, as `select 'x'::name` within a union, which has no name of its own at first and is called `name` when it is read again.
 */
function withSameWords(found: AnySchema, wanted: AnySchema, to: AnySchema): AnySchema {
  const text = (view: ViewModel): string => fragmentText(view.as)
  const said = byName(modelOf(wanted).views)
  const printed = byName(modelOf(to).views)
  const views = Object.entries(found.options.views ?? {})
  const changed = modelOf(found).views.flatMap(view => {
    const [literal, other] = [said.get(nameOf(view)), printed.get(nameOf(view))]
    if (literal === undefined || other === undefined) return []
    return text(literal) === text(view) && text(other) !== text(view) ? [[view.key, other.as] as const] : []
  })
  if (changed.length === 0) return found
  const again = new Map(changed)
  const all = views.map(([key, view]) => [key, { ...view, as: again.get(key) ?? view.as }])
  return { ...found, options: { ...found.options, views: Object.fromEntries(all) } }
}

function modelOf(schema: AnySchema): Model {
  return buildModel(schema.tables, schema.options)
}
