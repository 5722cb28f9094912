import { expect } from 'chai'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool } from '../../infrastructure/postgres/pool.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { attemptsContract } from '../../test/processors/attempts-contract.ts'
import { AttemptsUnavailable } from './attempts.ts'
import { postgresAttempts } from './postgres-attempts.ts'

describe('attempts in PostgreSQL', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  attemptsContract(async () => {
    await database.pool.query('truncate attempts')
    return postgresAttempts(database.pool)
  })

  it('say so when the database is away', async () => {
    const nowhere = openPool({ url: 'postgres://nobody@127.0.0.1:1/nothing', applicationName: 'test', logger: silentLogger })
    const times = { now: new Date(), until: new Date() }
    const error = await postgresAttempts(nowhere).claim({ kind: 'payment', key: 'p', since: new Date() }, times).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(AttemptsUnavailable)
    await nowhere.end()
  })
})
