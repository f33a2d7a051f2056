/** `cupel pull`: the database as a schema file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { LeftOut } from '../metadata/left-out.ts'
import { pull as written } from '../metadata/pull.ts'
import { withoutHistory } from '../metadata/without-history.ts'
import type { AnySchema } from '../../types/schema.ts'
import type { Call, Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { loadModule } from './load-module.ts'
import { schemaFile, schemaIn, settingsOf, shownPath, urlOf, withEngine } from './settings.ts'
import { writeWhole } from './write-file.ts'

export const pull: Command = {
  name: 'pull',
  says: 'write the schema of the database as TypeScript',
  words: [],
  flags: {
    out: { takes: '<path>', says: 'a file, or a folder for a file of each table' },
    merge: { takes: null, says: 'keep what you added and no database holds' },
    force: { takes: null, says: 'write over files that differ' },
    stdout: { takes: null, says: 'print the file, write none' },
  },
  more: `
Reads the database and writes its schema: to the file of the schema, or to what
--out or the setting 'out' names. Pulled again, the same database gives the same
text. A file that is there with another text is left alone, unless --merge or
--force says what to do with it.`,
  async run(call) {
    const { folder, given, output } = call
    const settings = await settingsOf(call)
    const { config } = settings
    const named = given.text('out')
    const out =
      named !== undefined
        ? resolve(folder, named)
        : config.out !== undefined
          ? resolve(settings.folder, config.out)
          : (schemaFile(call, settings) ?? resolve(folder, 'schema.ts'))
    const isFile = /\.[mc]?[tj]s$/.test(out)
    const at = isFile ? dirname(out) : out
    const there = (name: string) => (isFile && name === 'schema.ts' ? out : join(at, name))
    urlOf(call, settings)
    output.progress('reading the database …')
    const leftOut: LeftOut[] = []
    const found = await withEngine(call, settings, undefined, engine =>
      engine.metadata.reflect({ schemas: config.schemas, onLeftOut: what => leftOut.push(what) }),
    )
    for (const { kind, name, message } of leftOut)
      output.note(`${output.accent('yellow', '!')} ${kind} ${name}: ${message}`)
    const { tables, options } = withoutHistory(found, config.history)
    const merge = given.is('merge') ? filesAt(out, isFile) : undefined
    const was = merge === undefined || merge.size === 0 ? undefined : await saidNow(call, there('schema.ts'))
    const files = written({ tables, options }, { files: isFile ? 'one' : 'tables', merge, was })
    const count = Object.keys(tables).length
    if (given.is('stdout')) {
      return {
        json: { tables: count, files: Object.fromEntries(files), leftOut },
        text: [...files.values()].join('\n'),
      }
    }
    const changed = [...files].filter(([name, text]) => textOf(there(name)) !== text)
    const inTheWay = changed.filter(([name]) => existsSync(there(name))).map(([name]) => shownPath(folder, there(name)))
    if (inTheWay.length > 0 && merge === undefined && !given.is('force'))
      throw new CommandError('inTheWay', [inTheWay.join(', ')])
    for (const [name, text] of changed) writeWhole(there(name), text, shownPath(folder, there(name)))
    const wrote = changed.map(([name]) => shownPath(folder, there(name)))
    const same = [...files.keys()].filter(name => !changed.some(([one]) => one === name)).length
    return {
      json: { tables: count, wrote, unchanged: same, leftOut },
      text: [
        `${count} ${count === 1 ? 'table' : 'tables'}`,
        ...wrote.map(file => `wrote ${file}`),
        ...(same === 0 ? [] : [`${same} ${same === 1 ? 'file is' : 'files are'} as before`]),
      ].join('\n'),
    }
  },
}

/** The schema that a file says now; undefined where it cannot be loaded, which is told: it may be what is to be mended. */
async function saidNow({ folder, output }: Call, file: string): Promise<AnySchema | undefined> {
  if (!existsSync(file)) return undefined
  try {
    return schemaIn(await loadModule(file, shownPath(folder, file)))
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    output.note(
      `${output.accent('yellow', '!')} ${error.message}; columns that functions make are written as the database has them`,
    )
    return undefined
  }
}

/** The files that a pull wrote before, by the names that it gives them. */
function filesAt(out: string, isFile: boolean): ReadonlyMap<string, string> {
  if (!existsSync(out)) return new Map()
  if (isFile) return new Map([['schema.ts', readFileSync(out, 'utf8')]])
  const names = readdirSync(out).filter(name => name.endsWith('.ts'))
  return new Map(names.map(name => [basename(name), readFileSync(join(out, name), 'utf8')]))
}

function textOf(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
