/**
 * How a relation is loaded; the words are SQLAlchemy's. `selectin`: by a statement of its own, with the keys of the rows that it leaves
 * from. `joined`: in the statement that these rows are read with.
 */
export type LoadStrategy = 'joined' | 'selectin'
