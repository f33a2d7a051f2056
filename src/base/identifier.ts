/** Names as Postgres takes them: quoted always, and never longer than it keeps. */

/** Bytes of a name that Postgres keeps (NAMEDATALEN - 1, PostgreSQL manual, "Identifiers and Key Words"). */
export const maxNameBytes = 63

/** Bytes a name takes in UTF-8. */
export function byteLength(name: string): number {
  return Buffer.byteLength(name)
}

/** A name between double quotes. A dot is part of the name. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** `"schema"."name"`; `public` is left out, so that a search path may stand in for it. */
export function quoteQualified(named: { readonly schema: string; readonly name: string }): string {
  return named.schema === 'public' ? quote(named.name) : `${quote(named.schema)}.${quote(named.name)}`
}

/** A string constant, safe whatever `standard_conforming_strings` says. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted
}

/**
 * The name Postgres itself would choose for a constraint or an index: table, columns and label joined by underscores,
 * the longer of the first two cut byte by byte until all fit (`makeObjectName` in PostgreSQL's `indexcmds.c`).
 * @example derivedName('users', 'email', 'key') // => 'users_email_key'
 */
export function derivedName(table: string, columns: string, label: string): string {
  const overhead = byteLength(label) + 1 + (columns === '' ? 0 : 1)
  let tableBytes = byteLength(table)
  let columnBytes = byteLength(columns)
  while (tableBytes + columnBytes > maxNameBytes - overhead) {
    if (tableBytes > columnBytes) tableBytes--
    else columnBytes--
  }
  return [clip(table, tableBytes), clip(columns, columnBytes), label].filter(part => part !== '').join('_')
}

/** The longest prefix of whole characters within so many bytes. */
function clip(name: string, bytes: number): string {
  let kept = name
  while (byteLength(kept) > bytes) kept = [...kept].slice(0, -1).join('')
  return kept
}
