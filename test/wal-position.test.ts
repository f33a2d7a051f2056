import { describe, expect, test } from 'vitest'
import { OwnWrites, reachable } from '../src/engine/wal-position.ts'

describe('a position in the log', () => {
  test.each([
    ['0/0', '0/0'],
    ['0/1526F70', '0/1526F70'],
    // Behind the header of a page on which nothing stands yet: what replays ends with the page before.
    ['0/1528018', '0/1528000'],
    ['16/B3740018', '16/B3740000'],
    ['16/B3740019', '16/B3740019'],
    ['16/B3740020', '16/B3740020'],
  ])('%s is reached at %s', (told, reached) => expect(reachable(told)).toBe(reached))
})

describe('what was written', () => {
  test('asks nothing of replicas at first', () => expect(new OwnWrites().position).toBe('0/0'))

  test('is at a position that is unknown until the primary has told it', () => {
    const writes = new OwnWrites()
    writes.wrote()
    expect(writes.position).toBeNull()
    writes.learn(writes.count, '0/20')
    expect(writes.position).toBe('0/20')
  })

  test('is not covered by an answer that was asked for before it', () => {
    const writes = new OwnWrites()
    writes.wrote()
    const asked = writes.count
    writes.wrote()
    writes.learn(asked, '0/20')
    expect(writes.position).toBeNull()
    writes.learn(writes.count, '0/40')
    // A late answer to an earlier question.
    writes.learn(asked, '0/20')
    expect(writes.position).toBe('0/40')
  })

  test('stays unknown when the one that was asked follows another', () => {
    const writes = new OwnWrites()
    writes.wrote()
    writes.learn(writes.count, null)
    expect(writes.position).toBeNull()
  })
})
