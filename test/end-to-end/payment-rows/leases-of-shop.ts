import pg from 'pg'

export type LeasesOfShop = {
  /** Keys of the payments and refunds that somebody has at this moment. */
  held(): Promise<readonly string[]>
  /** As time does it. To be called while nobody runs who could have one: what a dead process had is free, and due. */
  runOut(): Promise<void>
  close(): Promise<void>
}

/** Who is at work on what, as the processors have it in their own table. */
export const openLeasesOfShop = async (databaseUrl: string): Promise<LeasesOfShop> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  return {
    async held() {
      const { rows } = await client.query<{ readonly key: string }>(
        `select key from attempts where kind in ('payment', 'refund') and claimed_until > now()`,
      )
      return rows.map(({ key }) => key)
    },
    async runOut() {
      await client.query('update attempts set claimed_until = now(), due_at = now() where claimed_until > now()')
    },
    close: () => client.end(),
  }
}
