/** Rows as the schema promises them, from the text that a driver gives. */
import { decoder, decoderByOid } from '../sql/decode.ts'
import type { Model } from '../schema/model.ts'
import { Catalogue, isBuiltin } from './catalogue.ts'
import type { Connection, RawField, RawResult } from './driver.ts'

export type Row = Record<string, unknown>
type Decode = (text: string) => unknown
type MakeRow = (texts: readonly (string | null)[]) => Row

/** How many shapes of results are kept; past that, all are forgotten and made again. */
const maxShapes = 2_000

/** Decodes the results of one engine. */
export class ResultDecoder {
  readonly #catalogue: Catalogue
  /** By the description of their fields, as the database sends it. */
  readonly #shapes = new Map<string, MakeRow>()

  constructor(model: Model | null) {
    this.#catalogue = new Catalogue(model)
  }

  /** The rows of a result. What is not known of its columns is asked over the connection it came from. */
  async rows(result: RawResult, connection: Connection): Promise<Row[]> {
    if (result.rows.length === 0) return []
    const { fields } = result
    const shape = fields.map(field => `${field.typeOid},${field.tableOid},${field.column},${field.name}`).join('\0')
    let make = this.#shapes.get(shape)
    if (make === undefined) {
      const missing = this.#catalogue.missing(fields)
      if (missing !== null) this.#catalogue.learn(await connection.run(missing))
      make = rowMaker(fields.map(field => ({ name: field.name, decode: this.#decode(field) })))
      if (this.#shapes.size >= maxShapes) this.#shapes.clear()
      this.#shapes.set(shape, make)
    }
    return result.rows.map(make)
  }

  #decode(field: RawField): Decode {
    const type = this.#catalogue.columnType(field)
    if (type !== null) return decoder(type)
    return isBuiltin(field.typeOid) ? decoderByOid(field.typeOid) : decoder(this.#catalogue.type(field.typeOid))
  }
}

/** Keys in the order of the columns; of two columns with one name, the last is kept. */
function rowMaker(columns: readonly { readonly name: string; readonly decode: Decode }[]): MakeRow {
  // Copying an object of the final shape is cheaper than growing one, and makes `__proto__` a column like any other.
  const template: Row = Object.fromEntries(columns.map(({ name }) => [name, null]))
  return texts => {
    const row = { ...template }
    let at = 0
    for (const { name, decode } of columns) {
      const text = texts[at++] ?? null
      row[name] = text === null ? null : decode(text)
    }
    return row
  }
}
