import { expect } from 'chai'
import { useFakeTimers } from 'sinon'
import { OutcomeUnknown, ProcessStopping } from '../../infrastructure/outside/errors.ts'
import { callLimit } from './call-limit.ts'
import { schedule } from './schedule.ts'

const neverDraining = { signal: new AbortController().signal, limitMs: 1_000 }

describe('a call with a limit', () => {
  it('answers what the call answers, and fails as it fails', async () => {
    expect(await callLimit(1_000, neverDraining)(async () => 'answer')).to.equal('answer')
    const failure = new Error('no')
    expect(
      await callLimit(1_000, neverDraining)(() => Promise.reject(failure)).catch((error: unknown) => error),
    ).to.equal(failure)
  })
  it('knows nothing when the limit is reached, also of a call that pays no heed', async () => {
    let told: AbortSignal | undefined
    const call = callLimit(
      5,
      neverDraining,
    )((signal) => {
      told = signal
      return new Promise<never>(() => undefined)
    })
    expect(await call.catch((error: unknown) => error)).to.be.instanceOf(OutcomeUnknown)
    expect(told?.aborted).to.equal(true)
  })

  it('is not begun while the process drains', async () => {
    let calls = 0
    const limit = callLimit(1_000, { signal: AbortSignal.abort(), limitMs: 1_000 })
    const call = limit(async () => {
      calls += 1
    })
    expect(await call.catch((error: unknown) => error)).to.be.instanceOf(ProcessStopping)
    expect(calls).to.equal(0)
  })

  it('is cut off when the process has drained for so long, and not before', async () => {
    const clock = useFakeTimers()
    try {
      const draining = new AbortController()
      const limit = callLimit(60_000, { signal: draining.signal, limitMs: 12_000 })
      let told: AbortSignal | undefined
      const call = limit((signal) => {
        told = signal
        return new Promise<never>(() => undefined)
      }).catch((error: unknown) => error)
      await clock.tickAsync(1_000)
      draining.abort()
      await clock.tickAsync(11_999)
      expect(told?.aborted).to.equal(false)
      await clock.tickAsync(1)
      expect(told?.aborted).to.equal(true)
      expect(await call).to.be.instanceOf(OutcomeUnknown)
    } finally {
      clock.restore()
    }
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
