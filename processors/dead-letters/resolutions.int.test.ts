import { expect } from 'chai'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { postgresVerdicts } from './resolutions.ts'

const at = new Date('2026-01-05T10:00:00.000Z')

describe('verdicts in PostgreSQL', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  it('count the retries, keep the last failure, and end when the letter is settled', async () => {
    const verdicts = postgresVerdicts(database.pool)
    const look = async () => (await verdicts.of('order', [7n])).get(7n)
    const verdict = { verdict: 'retry', decidedBy: 'olga', attempts: 1, settledAt: undefined, lastFailure: undefined }
    expect(await look()).to.equal(undefined)
    expect(await verdicts.retry('order', 7n, 'olga', at)).to.equal(true)
    expect(await look()).to.deep.equal(verdict)
    await verdicts.failed('order', 7n, 'still broken')
    expect(await look()).to.deep.equal({ ...verdict, lastFailure: 'still broken' })
    expect(await verdicts.retry('order', 7n, 'otto', at)).to.equal(true)
    expect(await look()).to.deep.equal({ ...verdict, decidedBy: 'otto', attempts: 2 })
    await verdicts.settle('order', 7n, at)
    expect(await verdicts.retry('order', 7n, 'olga', at)).to.equal(false)
    await verdicts.failed('order', 7n, 'too late')
    expect(await look()).to.deep.equal({ ...verdict, decidedBy: 'otto', attempts: 2, settledAt: at })
  })

  it('are those of the letters asked for', async () => {
    const verdicts = postgresVerdicts(database.pool)
    await verdicts.retry('payment', 1n, 'olga', at)
    await verdicts.retry('payment', 2n, 'olga', at)
    expect([...(await verdicts.of('payment', [2n, 3n])).keys()]).to.deep.equal([2n])
    expect((await verdicts.of('inventory', [1n, 2n])).size).to.equal(0)
  })
})
