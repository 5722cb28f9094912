import { expect } from 'chai'
import { useFakeTimers, type SinonFakeTimers } from 'sinon'
import { within, withSignalWithin } from './time-limit.ts'

const never = () => new Promise<never>(() => undefined)
const rejection = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )
const fault = (reached: string) => new Error(reached)

describe('a time limit', () => {
  let clock: SinonFakeTimers
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    clock.restore()
  })

  it('answers what the work answers, fails as it fails, and leaves no timer behind', async () => {
    const failure = new Error('no')
    expect(await within(Promise.resolve('answer'), { limitMs: 100, fault })).to.equal('answer')
    expect(await rejection(within(Promise.reject(failure), { limitMs: 100, fault }))).to.equal(failure)
    expect(clock.countTimers()).to.equal(0)
  })

  it('is reached when the time is up, and not before', async () => {
    let ended = false
    const limited = rejection(within(never(), { limitMs: 100, fault })).finally(() => {
      ended = true
    })
    await clock.tickAsync(99)
    expect(ended).to.equal(false)
    await clock.tickAsync(1)
    expect(await limited).to.have.property('message', 'too_late')
  })

  it('is reached when the caller gives up, or has given up before', async () => {
    const giving = new AbortController()
    const limited = rejection(within(never(), { limitMs: 100, signal: giving.signal, fault }))
    giving.abort()
    expect(await limited).to.have.property('message', 'aborted')
    expect(await rejection(within(never(), { limitMs: 100, signal: giving.signal, fault }))).to.have.property(
      'message',
      'aborted',
    )
    expect(clock.countTimers()).to.equal(0)
  })

  it('leaves what comes of the work after that to nobody', async () => {
    const work = Promise.withResolvers<string>()
    const limited = rejection(within(work.promise, { limitMs: 100, fault }))
    await clock.tickAsync(100)
    work.reject(new Error('too late to be heard'))
    expect(await limited).to.have.property('message', 'too_late')
  })

  it('reaches a call by its signal, which also follows the given one', async () => {
    const given = new AbortController()
    const untilAborted = (signal: AbortSignal) =>
      new Promise<string>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve(String(signal.reason))
        })
      })
    const late = withSignalWithin(given.signal, 100, untilAborted)
    await clock.tickAsync(100)
    expect(await late).to.contain('AbortError')
    const calledOff = withSignalWithin(given.signal, 100, untilAborted)
    given.abort('called off')
    expect(await calledOff).to.equal('called off')
    expect(clock.countTimers()).to.equal(0)
  })
})
