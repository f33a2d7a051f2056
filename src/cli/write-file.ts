/** Files that are there whole or not at all. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileErrorWords, isFileError } from '../base/file-error.ts'
import { CommandError } from './command-error.ts'

/**
 * Writes a file beside its place and moves it there, so that no reader sees half of it and no interruption leaves half.
 * @param shown its path in errors
 * @throws CommandError with what stands against it
 */
export function writeWhole(file: string, text: string, shown: string): void {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}`)
  let made = false
  try {
    mkdirSync(dirname(file), { recursive: true })
    made = true
    writeFileSync(draft, text)
    renameSync(draft, file)
  } catch (error) {
    if (made) rmSync(draft, { force: true })
    if (!isFileError(error)) throw error
    const why = made ? fileErrorWords(error) : `its folder could not be made, ${fileErrorWords(error)}`
    throw new CommandError('fileNotWritten', [shown, why], { cause: error })
  }
}
