import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { postgresResolutions } from './resolutions.ts'

// Of a database, resolutions need no more than this.
const on = (query: () => Promise<unknown>) => postgresResolutions({ query } as unknown as Queryable, 20)
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

const discarded = {
  group: 'payment',
  number: 1n,
  eventId: undefined,
  parkedAt: new Date(0),
  by: 'olga',
  at: new Date(0),
  letter: {},
}

describe('resolutions on a database that is not there', () => {
  it('say that a store is away, and not that something is broken', async () => {
    const away = on(() => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })))
    expect(await faultOf(away.of('payment', [1n]))).to.be.instanceOf(StoreUnavailable)
    expect(await faultOf(away.discard(discarded))).to.be.instanceOf(StoreUnavailable)
  })

  it('do not wait for one that never answers', async () => {
    expect(await faultOf(on(() => new Promise(() => undefined)).of('payment', [1n]))).to.be.instanceOf(StoreUnavailable)
  })

  it('pass on what is broken as it is', async () => {
    const broken = Object.assign(new Error('syntax error'), { code: '42601' })
    expect(await faultOf(on(() => Promise.reject(broken)).of('payment', [1n]))).to.equal(broken)
  })
})
