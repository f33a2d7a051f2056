/** The extensions that migrations make: an embedded database must have them at hand when it is opened. */
import { readFile } from 'node:fs/promises'
import type { Migration } from './migration.ts'

const creation = /\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?(?:"((?:[^"]|"")+)"|([\w$]+))/gi

/** Their names, as the files say them, those in comments too. */
export async function neededExtensions(migrations: readonly Migration[]): Promise<string[]> {
  const texts = await Promise.all(migrations.map(({ path }) => readFile(path, 'utf8')))
  const names = texts.flatMap(text => [...text.matchAll(creation)].map(extensionName))
  return [...new Set(names)]
}

function extensionName([, quoted, plain]: RegExpExecArray): string {
  return quoted?.replaceAll('""', '"') ?? (plain ?? '').toLowerCase()
}
