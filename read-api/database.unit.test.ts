import { expect } from 'chai'
import { StoreUnavailable } from '../infrastructure/event-store/port.ts'
import { databaseOn } from './database.ts'

describe('the database of the read API', () => {
  const failure = (code: string): Promise<unknown> => {
    const query = () => Promise.reject(Object.assign(new Error('from the driver'), { code }))
    const database = databaseOn({ pool: { query } })
    return database.query('select 1').then(
      () => 'answered',
      (error: unknown) => error,
    )
  }

  for (const [what, code, words] of [
    ['is away', 'ECONNREFUSED', 'the database is away'],
    ['has a certificate that has run out', 'CERT_HAS_EXPIRED', 'the database has a certificate that has expired'],
  ] as const)
    it(`is unavailable when it ${what}, and the reason says so`, async () => {
      const error = await failure(code)
      expect(error).to.be.instanceOf(StoreUnavailable)
      expect(error).to.have.property('message').that.includes(words)
    })
})
