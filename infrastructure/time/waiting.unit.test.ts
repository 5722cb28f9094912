import { expect } from 'chai'
import { useFakeTimers, type SinonFakeTimers } from 'sinon'
import { atMost, pause } from './waiting.ts'

describe('waiting', () => {
  let clock: SinonFakeTimers
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    clock.restore()
  })

  it('pauses as long as it says', async () => {
    let over = false
    const pausing = pause(100).then(() => {
      over = true
    })
    await clock.tickAsync(99)
    expect(over).to.equal(false)
    await clock.tickAsync(1)
    await pausing
    expect(over).to.equal(true)
  })

  it('pauses no longer than until the signal aborts, and not at all when it has', async () => {
    const aborting = new AbortController()
    const pausing = pause(100, aborting.signal)
    aborting.abort()
    await pausing
    await pause(100, aborting.signal)
    expect(clock.countTimers()).to.equal(0)
  })

  it('waits for work at most as long as the limit', async () => {
    await atMost(Promise.resolve(), 100)
    expect(clock.countTimers()).to.equal(0)
    const waiting = atMost(new Promise(() => undefined), 100)
    await clock.tickAsync(100)
    await waiting
  })
})
