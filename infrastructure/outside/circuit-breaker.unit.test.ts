import { expect } from 'chai'
import { useFakeTimers, type SinonFakeTimers } from 'sinon'
import { circuitBreaker, type BreakerState, type CircuitBreaker } from './circuit-breaker.ts'
import { BreakerOpen, HeldBack } from './errors.ts'

class OwnDoing extends Error {}

/** Longer than the time over which the library counts by itself. */
const timeLimitMs = 11_000
const pauseMs = 10_000

describe('a circuit breaker', () => {
  let clock: SinonFakeTimers
  let states: BreakerState[]
  let calls: number
  let breaker: CircuitBreaker<[Error | undefined], string>

  beforeEach(() => {
    clock = useFakeTimers()
    states = []
    calls = 0
    breaker = circuitBreaker(
      async (fault: Error | undefined) => {
        calls += 1
        if (fault === undefined) return 'answer'
        // As an outside that hangs: to the limit of the call.
        await new Promise((resolve) => {
          setTimeout(resolve, timeLimitMs)
        })
        throw fault
      },
      {
        timeLimitMs,
        pauseMs,
        counts: (error) => !(error instanceof OwnDoing),
        saysNothing: (error) => error instanceof OwnDoing,
        onState: (state) => {
          states.push(state)
        },
      },
    )
  })
  afterEach(() => {
    breaker.close()
    clock.restore()
  })

  const hang = async (times: number, fault = new Error('no answer')) => {
    const hung = Promise.allSettled(Array.from({ length: times }, () => breaker.fire(fault)))
    await clock.tickAsync(timeLimitMs)
    return hung
  }

  it('opens when what hung to the end of its time has failed', async () => {
    await hang(5)
    expect(breaker.state()).to.equal('open')
    expect(await breaker.fire(undefined).catch((error: unknown) => error)).to.be.instanceOf(BreakerOpen)
    expect({ calls, states }).to.deep.equal({ calls: 5, states: ['open'] })
  })

  it('lets one try after a pause, and closes when that goes well', async () => {
    await hang(5)
    await clock.tickAsync(pauseMs)
    expect(breaker.state()).to.equal('half_open')
    // Whether the other side answers, nobody can say while one tries.
    const [first, second] = await Promise.allSettled([breaker.fire(undefined), breaker.fire(undefined)])
    expect(first).to.deep.equal({ status: 'fulfilled', value: 'answer' })
    expect(second).to.have.property('reason').that.is.instanceOf(HeldBack).and.is.not.instanceOf(BreakerOpen)
    expect({ state: breaker.state(), states }).to.deep.equal({
      state: 'closed',
      states: ['open', 'half_open', 'closed'],
    })
  })

  it('does not open for one payment alone that nobody answers about, asked at the pace of the follow-ups', async () => {
    for (const waitedSeconds of [0, 30, 120, 600, 3600]) {
      await clock.tickAsync(waitedSeconds * 1_000)
      await hang(1)
    }
    expect(states).to.deep.equal([])
  })

  it('counts nothing that says nothing about the other side', async () => {
    await hang(10, new OwnDoing())
    expect(breaker.state()).to.equal('closed')
  })

  it('is not closed by what says nothing about the other side, and lets another try after a pause', async () => {
    await hang(5)
    await clock.tickAsync(pauseMs)
    await hang(1, new OwnDoing())
    expect(breaker.state()).to.equal('open')
    await clock.tickAsync(pauseMs)
    expect(await breaker.fire(undefined)).to.equal('answer')
    expect(breaker.state()).to.equal('closed')
  })
})
