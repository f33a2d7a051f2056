import type { Row } from '../../src/index.ts'
import type { Call } from './call.ts'
import { Refusal } from './refusal.ts'
import type { schema } from './schema.ts'

// docs: transfer
/**
 * Moves credit from one account to another, once for an id. Transfers that come at the same time may touch the same accounts: the database
 * lets one of them through, and the work of the other is run again from its start.
 * @throws Refusal when an account is missing or its credit does not do, or when the id is that of another transfer
 */
export async function transfer(
  engine: Call['engine'],
  wanted: Row<typeof schema, 'transfers'>,
): Promise<'new' | 'known'> {
  const { id, giverId, takerId, amount } = wanted
  if (giverId === takerId) throw new Refusal(422, 'an account gives nothing to itself')
  return await engine.unitOfWork(
    async session => {
      const known = await session.get('transfers', id)
      if (known !== null) {
        if (known.giverId === giverId && known.takerId === takerId && known.amount === amount) return 'known'
        throw new Refusal(409, 'this id is that of another transfer')
      }
      const giver = await session.get('accounts', giverId)
      const taker = await session.get('accounts', takerId)
      if (giver === null || taker === null) throw new Refusal(422, 'there is no such account')
      if (giver.credit < amount) throw new Refusal(409, 'the credit does not cover this')
      giver.credit -= amount
      taker.credit += amount
      session.add('transfers', wanted)
      return 'new'
    },
    { isolation: 'serializable', retries: 10 },
  )
}
