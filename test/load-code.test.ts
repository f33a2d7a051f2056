import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import ts from 'typescript6'
import { loadCode } from '../src/metadata/migrate/load-code.ts'
import { folder, refusal, write } from './migration-folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const name = '20260101000000_x'
const program = 'type Many = number\nexport const up = async (): Promise<void> => void (1 as Many)\n'

test('a migration in TypeScript is loaded where something reads TypeScript', async () => {
  const path = folder({ [`${name}.ts`]: program })
  const module = await loadCode({ kind: 'code', name, path: join(path, `${name}.ts`), checksum: 'a' })
  expect(Object.keys(module)).toEqual(['up'])
})

test('a program that was changed is loaded anew', async () => {
  const path = folder({ [`${name}.mjs`]: 'export const up = () => 1' })
  const load = (checksum: string): ReturnType<typeof loadCode> =>
    loadCode({ kind: 'code', name, path: join(path, `${name}.mjs`), checksum })
  expect('down' in (await load('a'))).toBe(false)
  write(path, { [`${name}.mjs`]: 'export const up = () => 1; export const down = () => 2' })
  expect('down' in (await load('b'))).toBe(true)
})

test('what it says when it is loaded is the cause', async () => {
  const path = folder({ [`${name}.mjs`]: "throw new Error('not today')" })
  const error = await refusal(loadCode({ kind: 'code', name, path: join(path, `${name}.mjs`), checksum: 'a' }))
  expect(error).toMatchObject({ code: 'migrationLoad', migration: name, cause: { message: 'not today' } })
})

/** The loader as JavaScript, so that Node runs it without anything that reads TypeScript. */
function compiled(path: string): string {
  for (const file of ['base/errors.ts', 'base/messages.ts', 'metadata/migrate/load-code.ts']) {
    const { outputText } = ts.transpileModule(readFileSync(join(root, 'src', file), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
      },
    })
    const output = join(path, file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(output), { recursive: true })
    writeFileSync(output, outputText)
  }
  return join(path, 'metadata/migrate/load-code.js')
}

test('a Node that reads no TypeScript says what to do', () => {
  const path = folder({ [`${name}.ts`]: program, 'package.json': '{ "type": "module" }' })
  const migration = { kind: 'code', name, path: join(path, `${name}.ts`), checksum: 'a' }
  const main = `import { loadCode } from ${JSON.stringify(compiled(path))}
    await loadCode(${JSON.stringify(migration)}).then(() => console.log('loaded'), error => console.log(error.code, error.message))`
  writeFileSync(join(path, 'main.js'), main)
  const { NODE_OPTIONS: _, ...env } = process.env
  const { stdout } = spawnSync(process.execPath, ['main.js'], { cwd: path, encoding: 'utf8', env })
  const reads = 'typescript' in process.features && process.features.typescript !== false
  if (reads) expect(stdout).toBe('loaded\n')
  else expect(stdout).toContain(`migrationTypeScript '${migration.path}' is TypeScript, which this Node does not read`)
})
