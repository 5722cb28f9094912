import { expect } from 'chai'
import { decideAfter, type HandlerResult, type RetryPolicy } from './retry-policy.ts'

class Away extends Error {}
class Conflict extends Error {
  override readonly name = 'Conflict'
}

const policy: RetryPolicy = {
  attempts: 1,
  triedForMs: 0,
  budgetMs: 10_000,
  unexpectedAttempts: 3,
  retry: { firstMs: 100, capMs: 1_000 },
  isStoreAway: (error) => error instanceof Away,
  isPassing: (error) => error instanceof Conflict,
  random: () => 1,
}
const given = (result: HandlerResult, more: Partial<RetryPolicy> = {}) => decideAfter(result, { ...policy, ...more })

describe('what happens to an event after its handler', () => {
  it('acknowledges what is done or ignored', () => {
    expect(given({ outcome: 'done' })).to.deep.equal({ kind: 'ack', outcome: 'done' })
    expect(given({ outcome: 'ignored' })).to.deep.equal({ kind: 'ack', outcome: 'ignored' })
  })

  it('parks at once what the handler says to park', () => {
    const reason = { code: 'schema_mismatch', message: 'no amount' }
    expect(given({ outcome: { park: reason } })).to.deep.equal({ kind: 'park', reason })
  })

  it('waits with growing, jittered, capped pauses when asked to retry', () => {
    const retry = { outcome: { retry: 300, reason: 'locked' } } as const
    expect(given(retry)).to.deep.equal({ kind: 'retry', inMs: 300, reason: 'locked' })
    expect(given(retry, { attempts: 2 })).to.deep.include({ inMs: 600 })
    expect(given(retry, { attempts: 9 })).to.deep.include({ inMs: 1_000 })
    expect(given(retry, { random: () => 0 })).to.deep.include({ inMs: 150 })
    expect(given({ outcome: { retry: 2_000, reason: 'asked for' } })).to.deep.include({ inMs: 2_000 })
  })

  it('leaves unacknowledged what would wait beyond its time, never parks it', () => {
    const retry = { outcome: { retry: 300, reason: 'locked' } } as const
    expect(given(retry, { triedForMs: 9_699 }).kind).to.equal('retry')
    expect(given(retry, { triedForMs: 9_700 })).to.deep.equal({
      kind: 'leave_unacknowledged',
      retry: 300,
      reason: 'locked',
    })
    expect(given({ thrown: new Conflict('taken') }, { triedForMs: 9_950, attempts: 50 })).to.deep.equal({
      kind: 'leave_unacknowledged',
      retry: 100,
      reason: 'Conflict: taken',
    })
  })

  it('tries the unforeseen a few times, then parks it', () => {
    const bug = { thrown: new TypeError('x is undefined') }
    expect(given(bug, { attempts: 2 })).to.deep.equal({ kind: 'retry', inMs: 200, reason: 'TypeError: x is undefined' })
    const parked = { kind: 'park', reason: { code: 'unexpected_error', message: 'TypeError: x is undefined' } }
    expect(given(bug, { attempts: 3 })).to.deep.equal(parked)
    expect(given(bug, { attempts: 1, triedForMs: 9_950 })).to.deep.equal(parked)
    expect(given({ thrown: 'text' }, { attempts: 3 })).to.deep.include({ kind: 'park' })
  })

  it('blames no event for a store that is away, however often', () => {
    const error = new Away()
    expect(given({ thrown: error }, { attempts: 99, triedForMs: 99_999 })).to.deep.equal({ kind: 'store_away', error })
  })
})
