import { expect } from 'chai'
import { errorOf } from '../testing/until.ts'
import { inTime, WriteTimedOut } from './write-timeout.ts'

describe('the time-out of a write (2.3)', () => {
  it('leaves alone what comes in time, good or bad', async () => {
    const fault = new Error('no room')
    expect(await inTime(Promise.resolve('written'), 60_000)).to.equal('written')
    expect(await errorOf(inTime(Promise.reject(fault), 60_000))).to.equal(fault)
  })

  it('does not count while the process itself is held up', async () => {
    // Time is what is tested: longer than the time-out, and over long before the process can look at its clock again.
    const write = new Promise((resolve) => setTimeout(() => resolve('written'), 20))
    const outcome = inTime(write, 10)
    for (const end = performance.now() + 200; performance.now() < end;);
    expect(await outcome).to.equal('written')
  })

  it('says how long was waited for what comes later, and minds nothing that comes then', async () => {
    const late = Promise.withResolvers<string>()
    const error = await errorOf(inTime(late.promise, 1))
    expect(error).to.be.instanceOf(WriteTimedOut).with.property('message', 'not on disk within 1 ms')
    late.reject(new Error('no room'))
    expect(await errorOf(late.promise)).to.have.property('message', 'no room')
  })
})
