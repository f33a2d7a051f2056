/** A diagram in the words of Mermaid. */
import type { Diagram, DiagramColumn, DiagramTable } from './diagram.ts'

/**
 * The text of a Mermaid `erDiagram`. Mermaid takes letters, digits and a few signs in types and names: where one has others, they are
 * written as `_`, and the comment beside it has it as it is.
 * @example mermaid(diagramOf(model)) // erDiagram …
 */
export function mermaid({ tables, keys }: Diagram): string {
  const lines = ['erDiagram']
  for (const table of tables) {
    lines.push(`  ${entity(table)} {`, ...table.columns.map(column => `    ${attribute(column)}`), '  }')
  }
  for (const { from, to, columns, nullable, unique } of keys) {
    const [child, parent] = [tables[from], tables[to]]
    if (child === undefined || parent === undefined) continue
    const label = columns.map(at => child.columns[at]?.name).join(', ')
    lines.push(
      `  ${entity(parent)} ${nullable ? '|o' : '||'}--${unique ? 'o|' : 'o{'} ${entity(child)} : "${spoken(label)}"`,
    )
  }
  return `${lines.join('\n')}\n`
}

function entity({ schema, name }: DiagramTable): string {
  const full = schema === 'public' ? name : `${schema}.${name}`
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(full) && !keywords.has(full.toLowerCase())) return full
  // Not even a string takes these.
  return `"${spoken(full).replaceAll('%', '％').replaceAll('\\', '＼')}"`
}

/** What Mermaid reads as words of its own, however they are written; as a string it takes them for names. */
const keywords: ReadonlySet<string> = new Set(
  'acctitle accdescr class classdef direction end erdiagram graph many one only optionally style subgraph title to zero'.split(
    ' ',
  ),
)

function attribute({ name, type, nullable, marks, comment }: DiagramColumn): string {
  const [plainType, plainName] = [word(type), word(name)]
  const notes = [
    ...(plainName === name ? [] : [name]),
    ...(plainType === type ? [] : [type]),
    ...(nullable ? ['null'] : []),
    ...(comment === null ? [] : [comment]),
  ]
  const parts = [plainType, plainName, marks.join(', '), notes.length === 0 ? '' : `"${spoken(notes.join('; '))}"`]
  return parts.filter(part => part !== '').join(' ')
}

function word(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_[\]()-]/g, '_')
  return /^(?![pfu]k$)[A-Za-z_]/i.test(plain) ? plain : `_${plain}`
}

function spoken(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('"', "'").replaceAll('%{', '% {')
}
