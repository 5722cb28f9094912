import { expect } from 'chai'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { postgresResolutions } from './resolutions.ts'

const at = new Date('2026-01-05T10:00:00.000Z')

describe('resolutions in PostgreSQL', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  it('count the retries, keep the last failure, and end when the dead letter is resolved', async () => {
    const resolutions = postgresResolutions(database.pool)
    const look = async () => (await resolutions.of('order', [7n])).get(7n)
    const resolution = { kind: 'retry', decidedBy: 'olga', retries: 1, resolvedAt: undefined, lastFailure: undefined }
    expect(await look()).to.equal(undefined)
    expect(await resolutions.retry('order', 7n, 'olga', at)).to.equal(true)
    expect(await look()).to.deep.equal(resolution)
    await resolutions.failed('order', 7n, 'still broken')
    expect(await look()).to.deep.equal({ ...resolution, lastFailure: 'still broken' })
    expect(await resolutions.retry('order', 7n, 'otto', at)).to.equal(true)
    expect(await look()).to.deep.equal({ ...resolution, decidedBy: 'otto', retries: 2 })
    await resolutions.resolve('order', 7n, at)
    expect(await resolutions.retry('order', 7n, 'olga', at)).to.equal(false)
    await resolutions.failed('order', 7n, 'too late')
    expect(await look()).to.deep.equal({ ...resolution, decidedBy: 'otto', retries: 2, resolvedAt: at })
  })

  it('are those of the dead letters asked for', async () => {
    const resolutions = postgresResolutions(database.pool)
    await resolutions.retry('payment', 1n, 'olga', at)
    await resolutions.retry('payment', 2n, 'olga', at)
    expect([...(await resolutions.of('payment', [2n, 3n])).keys()]).to.deep.equal([2n])
    expect((await resolutions.of('inventory', [1n, 2n])).size).to.equal(0)
  })
})
