import type { MigrationModule } from '../../../src/index.ts'

export const up: MigrationModule['up'] = async tx => {
  const users = await tx.execute<{ id: number; name: string }>('select id::int, name from users order by id for update')
  for (const { id, name } of users) {
    await tx.execute('update users set email = $2 where id = $1', [id, `${name.toLowerCase()}@example.org`])
  }
}
