/** Rows as the schema promises them, from what a driver gives. */
import type { Model } from '../schema/model.ts'
import { type ReadBytes, binaryColumn, textColumn } from '../sql/column-reader.ts'
import { type ReadRow, rowReader } from '../sql/row-reader.ts'
import { Catalogue } from './catalogue.ts'
import type { Connection, RawField, RowReader, RowReaders } from './driver.ts'

export type Row = Record<string, unknown>

/** How many shapes of results are kept; past that, all are forgotten and made again. */
const maxShapes = 2_000

/** Reads the results of one engine. */
export class ResultDecoder implements RowReaders<Row> {
  readonly #catalogue: Catalogue
  /** By the description of their fields, as the database sends it. */
  readonly #shapes = new Map<string, Shape>()

  constructor(model: Model | null) {
    this.#catalogue = new Catalogue(model)
  }

  reader(fields: readonly RawField[]): RowReader<Row> | null {
    const key = fields.map(field => `${field.typeOid},${field.tableOid},${field.column},${field.name}`).join('\0')
    const known = this.#shapes.get(key)
    if (known !== undefined) return known
    return this.#catalogue.missing(fields) === null ? this.#add(key, fields) : null
  }

  async learn(fields: readonly RawField[], connection: Connection): Promise<RowReader<Row>> {
    const missing = this.#catalogue.missing(fields)
    if (missing !== null) this.#catalogue.learn(await connection.run(missing))
    return this.reader(fields) ?? new Shape(fields, this.#catalogue)
  }

  #add(key: string, fields: readonly RawField[]): Shape {
    const shape = new Shape(fields, this.#catalogue)
    if (this.#shapes.size >= maxShapes) this.#shapes.clear()
    this.#shapes.set(key, shape)
    return shape
  }
}

/** The readers of one shape, each made when it is first asked for. */
class Shape implements RowReader<Row> {
  readonly formats: readonly (0 | 1)[]
  readonly #names: readonly string[]
  readonly #fromText: readonly ReadBytes[]
  readonly #fromBinary: readonly (ReadBytes | null)[]
  #text: ReadRow<Row> | null = null
  #mixed: ReadRow<Row> | null = null

  constructor(fields: readonly RawField[], catalogue: Catalogue) {
    const types = fields.map(field => ({ type: catalogue.typeOf(field), oid: field.typeOid }))
    this.#names = fields.map(field => field.name)
    this.#fromText = types.map(({ type }) => textColumn(type))
    this.#fromBinary = types.map(({ type, oid }) => binaryColumn(type, oid))
    this.formats = this.#fromBinary.some(read => read !== null) ? this.#fromBinary.map(read => (read ? 1 : 0)) : []
  }

  get text(): ReadRow<Row> {
    this.#text ??= this.#reader(this.#fromText)
    return this.#text
  }

  get mixed(): ReadRow<Row> {
    if (this.formats.length === 0) return this.text
    this.#mixed ??= this.#reader(this.#fromText.map((read, at) => this.#fromBinary[at] ?? read))
    return this.#mixed
  }

  #reader(reads: readonly ReadBytes[]): ReadRow<Row> {
    // One for each name.
    return rowReader(this.#names.map((name, at) => ({ name, read: reads[at] as ReadBytes })))
  }
}
