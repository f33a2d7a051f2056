/** What the system says of a file or a folder, in words. */

// biome-ignore format: columns line up
const words: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'what it is on can only be read',
  ENOSPC: 'there is no space left',
  EDQUOT: 'there is no space left for this user',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'there is a file in its place',
  EISDIR: 'there is a folder in its place',
  ENOTEMPTY: 'there is a folder in its place',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  ELOOP: 'its links lead in a circle',
  EBUSY: 'it is in use',
  EIO: 'the disk fails',
}

export interface FileError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path: unknown
}

/** Whether an error is the system's, of a file: not a fault of the program that meets it. */
export function isFileError(error: unknown): error is FileError {
  return (
    error instanceof Error &&
    'syscall' in error &&
    'path' in error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(words, error.code)
  )
}

/** Why, as a part of a sentence. */
export function fileErrorWords({ code }: FileError): string {
  return words[code] ?? code
}
