/** `cupel diagram`: the schema as a picture. */
import { basename, dirname, resolve } from 'node:path'
import { diagramOf } from '../metadata/diagram/diagram.ts'
import { mermaid } from '../metadata/diagram/mermaid.ts'
import { svg } from '../metadata/diagram/svg.ts'
import { modelOf } from '../schema/define.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { schemaOf, settingsOf, shownPath } from './settings.ts'
import { writeWhole } from './write-file.ts'

/** `maxTextSize` and `maxEdges` of Mermaid 11, which GitHub keeps. */
const usualLimits = { letters: 50_000, keys: 500 }

export const diagram: Command = {
  name: 'diagram',
  says: 'draw the schema: SVG, or Mermaid',
  words: [],
  flags: {
    format: { takes: 'svg|mermaid', says: 'svg unless stated, or as --out ends' },
    out: { takes: '<file>', says: 'the file; the standard output unless stated' },
  },
  more: `
Draws the tables of the schema file and the keys between them; no database is
asked. An SVG stands alone, in light or dark as its reader has it. Mermaid is
text, which many pages of Markdown show as a picture.`,
  async run(call) {
    const { folder, given } = call
    const out = given.text('out')
    const format = given.text('format') ?? formatOf(out)
    if (format !== 'svg' && format !== 'mermaid') throw new CommandError('unknownFormat', [format])
    const settings = await settingsOf(call)
    const shown = diagramOf(modelOf(await schemaOf(call, settings)))
    const title = basename(dirname(resolve(settings.folder, 'x')))
    const drawn = format === 'svg' ? svg(shown, { title }) : mermaid(shown)
    if (format === 'mermaid' && (drawn.length > usualLimits.letters || shown.keys.length > usualLimits.keys)) {
      const { letters, keys } = usualLimits
      const size = `${drawn.length} characters and ${shown.keys.length} keys`
      call.output.note(`this is ${size}; where nobody has said otherwise, Mermaid draws up to ${letters} and ${keys}`)
    }
    const text = format === 'mermaid' && out?.endsWith('.md') ? `\`\`\`mermaid\n${drawn}\`\`\`\n` : drawn
    const counts = { format, tables: shown.tables.length, keys: shown.keys.length }
    if (out === undefined) return { json: { ...counts, diagram: text }, text }
    const file = resolve(folder, out)
    writeWhole(file, text, shownPath(folder, file))
    return { json: { ...counts, wrote: shownPath(folder, file) }, text: `wrote ${shownPath(folder, file)}` }
  },
}

/** @throws CommandError for a name that says nothing */
function formatOf(out: string | undefined): string {
  if (out === undefined || /\.svg$/i.test(out)) return 'svg'
  if (/\.(mmd|mermaid|md)$/i.test(out)) return 'mermaid'
  throw new CommandError('unknownEnding', [out])
}
