/** The order of the test files: what takes longest begins first, so that no worker is left alone with it at the end. */
import { basename } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Those that start many programs or make many databases, which their sizes do not tell. */
const long = [
  'cli-docs',
  'examples',
  'service',
  'cli',
  'package',
  'cli-push',
  'pull',
  'replicas',
  'reflect',
  'session.property',
  'values.property',
  'cli-migrate',
  'diff',
  'squash',
]

const place = ({ moduleId }: TestSpecification): number => {
  const found = long.indexOf(basename(moduleId, '.test.ts'))
  return found === -1 ? long.length : found
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
