import { expect } from 'chai'
import { useFakeTimers, type SinonFakeTimers } from 'sinon'
import { startHeartbeat, type Heartbeat } from './heartbeat.ts'

describe('a heartbeat', () => {
  let clock: SinonFakeTimers
  let heartbeat: Heartbeat | undefined
  let asked = 0
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    asked = 0
  })
  afterEach(() => {
    heartbeat?.close()
    clock.restore()
  })

  const start = (answer: () => Promise<string | undefined>): Heartbeat => {
    heartbeat = startHeartbeat({
      name: 'store',
      ask: () => {
        asked += 1
        return answer()
      },
      everyMs: 1_000,
      againMs: 200,
      limitMs: 4_000,
      now: () => clock.now,
    })
    return heartbeat
  }

  it('is asked for as often as one likes, and asks once a while', async () => {
    const { check } = start(() => Promise.resolve(undefined))
    await clock.tickAsync(0)
    for (let n = 0; n < 100; n += 1) expect(check.check()).to.equal(undefined)
    expect(asked).to.equal(1)
    await clock.tickAsync(999)
    expect(asked).to.equal(1)
    await clock.tickAsync(1)
    expect(asked).to.equal(2)
  })

  it('says what it has heard last, and how long ago', async () => {
    const answers = [
      () => Promise.resolve('not there yet'),
      () => Promise.reject(new Error('away')),
      () => Promise.resolve(undefined),
    ]
    const started = start(() => answers[asked - 1]?.() ?? Promise.resolve(undefined))
    const { check } = started
    expect([check.check(), started.age()]).to.deep.equal(['has not answered yet', 'not asked yet'])
    const heard: (string | undefined)[] = []
    for (let n = 0; n < 3; n += 1) {
      await clock.tickAsync(n === 0 ? 0 : 200)
      heard.push(check.check())
    }
    expect(heard).to.deep.equal(['not there yet', 'away', undefined])
    await clock.tickAsync(400)
    expect(started.age()).to.equal('asked 0.4 s ago')
  })

  it('takes an old answer for none, and asks nothing more while a question is open', async () => {
    const { check } = start(() => (asked === 1 ? Promise.resolve(undefined) : new Promise(() => undefined)))
    await clock.tickAsync(4_000)
    expect([check.check(), asked]).to.deep.equal([undefined, 2])
    await clock.tickAsync(200)
    expect([check.check(), asked]).to.deep.equal(['has not answered for 4.2 s', 2])
  })

  it('says that it has never been answered', async () => {
    const { check } = start(() => new Promise(() => undefined))
    await clock.tickAsync(5_000)
    expect(check.check()).to.equal('has not answered for 5.0 s')
  })

  it('ends when it is closed', async () => {
    const started = start(() => Promise.resolve(undefined))
    await clock.tickAsync(0)
    started.close()
    await clock.tickAsync(10_000)
    expect([asked, clock.countTimers()]).to.deep.equal([1, 0])
  })
})
