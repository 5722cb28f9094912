import { expect } from 'chai'
import { inTransaction, type Pool } from './pool.ts'

/** A pool of one connection that answers each statement like this, and notes how it is given back. */
const poolThat = (answer: (statement: string) => void) => {
  const heard: string[] = []
  const client = {
    query: async (statement: string) => {
      heard.push(statement)
      answer(statement)
    },
    release: (error?: Error) => {
      heard.push(error === undefined ? 'kept' : `thrown away: ${error.message}`)
    },
  }
  // Of a pool, a transaction needs no more than this.
  return { heard, pool: { connect: async () => client } as unknown as Pool }
}
const fault = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  )

describe('a transaction', () => {
  it('is committed as a whole', async () => {
    const { heard, pool } = poolThat(() => undefined)
    expect(
      await inTransaction(pool, async (client) => {
        await client.query('work')
        return 5
      }),
    ).to.equal(5)
    expect(heard).to.deep.equal(['begin', 'work', 'commit', 'kept'])
  })

  it('is rolled back when its work fails', async () => {
    const { heard, pool } = poolThat((statement) => {
      if (statement === 'work') throw new Error('no')
    })
    expect(await fault(inTransaction(pool, (client) => client.query('work')))).to.equal('no')
    expect(heard).to.deep.equal(['begin', 'work', 'rollback', 'kept'])
  })

  it('leaves no connection in the pool that could not even roll back', async () => {
    const { heard, pool } = poolThat((statement) => {
      if (statement !== 'begin') throw new Error(`${statement} failed`)
    })
    expect(await fault(inTransaction(pool, (client) => client.query('work')))).to.equal('work failed')
    expect(heard).to.deep.equal(['begin', 'work', 'rollback', 'thrown away: rollback failed'])
  })
})
