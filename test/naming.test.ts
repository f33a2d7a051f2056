import { expect, test } from 'vitest'
import { snakeCase } from '../src/base/naming.ts'
import { cases } from './cases/naming.ts'

test.each(cases)(`'$key' is '$name'`, ({ key, name }) => expect(snakeCase(key)).toBe(name))
