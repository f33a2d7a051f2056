/** The relations that a caller asks for, checked, each with how it is to be loaded. */
import type { LoadStrategy } from '../../types/load-strategy.ts'
import { SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { RelationModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { columnsNamed, type SelectOptions } from '../sql/select.ts'
import { isView } from '../sql/view.ts'
import { checkOptions, type GivenFind } from './find-options.ts'
import type { Unit } from './unit.ts'

/** Relations by name, each with how it is to be loaded. */
export interface GivenWith {
  readonly [relation: string]: true | false | GivenFind | undefined
}

export interface Wanted {
  readonly relation: RelationModel
  readonly target: TableModel
  readonly options: SelectOptions
  readonly load: LoadStrategy
  readonly inner: readonly Wanted[]
}

const optionNames: readonly string[] = ['where', 'with', 'columns', 'orderBy', 'limit', 'offset', 'load']
const strategies: readonly string[] = ['joined', 'selectin'] satisfies readonly LoadStrategy[]

/**
 * The relations of a table as `with` names them, and those within.
 * @param load how those are loaded that do not say
 * @throws SessionError for a relation that the table does not have, and for an option that there is none of
 */
export function wantedOf(
  unit: Pick<Unit, 'model' | 'viewOf'>,
  table: TableModel,
  given: unknown,
  load: LoadStrategy,
  path = 'with',
): readonly Wanted[] {
  if (given === undefined) return []
  if (typeof given !== 'object' || given === null) {
    throw new SessionError('whereValue', path, 'an object of relations', typeName(given))
  }
  // Of each, what it is, its options say.
  return Object.entries(given as GivenWith).flatMap(([name, options]): Wanted[] => {
    const relation = table.relations.get(name)
    if (relation === undefined) {
      throw new SessionError('unknownRelation', table.key, name, suggestion(name, table.relations.keys()))
    }
    if (options === false || options === undefined) return []
    if (options !== true) checkOptions(options, optionNames)
    const { with: inner, columns, load: own, ...others } = options === true ? ({} as GivenFind) : options
    const target = unit.viewOf(unit.model.tableByKey.get(relation.target) ?? table)
    const asked = strategyOf(own, `${path}.${name}.load`) ?? load
    // Rows that go on in other tables are read with those, and not with others.
    const strategy = isView(table) || isView(target) ? 'selectin' : asked
    return [
      {
        relation,
        target,
        options: { ...others, columns: columnsNamed(target, columns) ?? target.columns },
        load: strategy,
        inner: wantedOf(unit, target, inner, asked, `${path}.${name}.with`),
      },
    ]
  })
}

/** @throws SessionError for a strategy that there is none of */
export function strategyOf(given: unknown, path = 'load'): LoadStrategy | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'string' && strategies.includes(given)) return given as LoadStrategy
  const names = strategies.map(one => `'${one}'`).join(' or ')
  throw new SessionError('whereValue', path, names, typeof given === 'string' ? `'${given}'` : typeName(given))
}
