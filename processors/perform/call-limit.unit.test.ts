import { expect } from 'chai'
import { OutcomeUnknown } from '../outside-errors.ts'
import { callLimit } from './call-limit.ts'
import { schedule } from './schedule.ts'

describe('a call with a limit', () => {
  it('answers what the call answers, and fails as it fails', async () => {
    expect(await callLimit(1_000)(async () => 'answer')).to.equal('answer')
    const failure = new Error('no')
    expect(await callLimit(1_000)(() => Promise.reject(failure)).catch((error: unknown) => error)).to.equal(failure)
  })
  it('knows nothing when the limit is reached, also of a call that pays no heed', async () => {
    let told: AbortSignal | undefined
    const call = callLimit(5)((signal) => {
      told = signal
      return new Promise<never>(() => undefined)
    })
    expect(await call.catch((error: unknown) => error)).to.be.instanceOf(OutcomeUnknown)
    expect(told?.aborted).to.equal(true)
  })
})

describe('a schedule', () => {
  const from = new Date(0)
  it('takes each delay once, then the last again and again', () => {
    const dueAgain = schedule([30, 120, 600], () => 0)
    expect([1, 2, 3, 4, 50].map((claimCount) => dueAgain(claimCount, from).getTime())).to.deep.equal([
      30, 120, 600, 600, 600,
    ])
  })
  it('adds up to a fifth by chance', () => {
    expect(schedule([100], () => 0.5)(1, from).getTime()).to.equal(110)
    expect(schedule([100], () => 1)(1, from).getTime()).to.equal(120)
  })
  it('needs a delay', () => {
    expect(() => schedule([], () => 0)).to.throw('at least one')
  })
})
