import { expect } from 'chai'
import sinon from 'sinon'
import { createKeyedExecutor, type Work } from './keyed-executor.ts'

/** Lets everything that waits for nothing but a turn have it. */
const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

describe('the keyed executor', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers()
  })
  afterEach(() => {
    clock.restore()
  })

  /** Work that says when it starts, and ends when it is told to. */
  const setUp = (limits: { maxRunning: number; maxHeld: number }) => {
    const executor = createKeyedExecutor(limits)
    const started: string[] = []
    const dropped: string[] = []
    const ends = new Map<string, (result: 'finished' | number) => void>()
    const work =
      (name: string): Work =>
      () => {
        started.push(name)
        return new Promise((resolve) => ends.set(name, resolve))
      }
    const add = (key: string, name: string) => {
      executor.add(key, work(name), () => dropped.push(name))
    }
    const end = async (name: string, result: 'finished' | number = 'finished') => {
      ends.get(name)?.(result)
      await turns()
    }
    return { executor, started, dropped, add, end }
  }

  it("runs one key's work one after another and different keys side by side", async () => {
    const { started, add, end, executor } = setUp({ maxRunning: 10, maxHeld: 10 })
    add('a', 'a1')
    add('a', 'a2')
    add('b', 'b1')
    expect(started).to.deep.equal(['a1', 'b1'])
    await end('a1')
    expect(started).to.deep.equal(['a1', 'b1', 'a2'])
    await end('b1')
    await end('a2')
    expect(executor.held()).to.equal(0)
  })

  it('runs no more than the limit at a time, in the order they came', async () => {
    const { started, add, end } = setUp({ maxRunning: 2, maxHeld: 10 })
    for (const key of ['a', 'b', 'c', 'd']) add(key, key)
    expect(started).to.deep.equal(['a', 'b'])
    await end('b')
    expect(started).to.deep.equal(['a', 'b', 'c'])
  })

  it('calls work again after the time it asked for, its key waiting and its place free', async () => {
    const { started, add, end } = setUp({ maxRunning: 1, maxHeld: 10 })
    add('a', 'a1')
    add('a', 'a2')
    add('b', 'b1')
    await end('a1', 100)
    expect(started).to.deep.equal(['a1', 'b1'])
    await end('b1')
    await clock.tickAsync(99)
    expect(started).to.deep.equal(['a1', 'b1'])
    await clock.tickAsync(1)
    expect(started).to.deep.equal(['a1', 'b1', 'a1'])
    await end('a1')
    expect(started).to.deep.equal(['a1', 'b1', 'a1', 'a2'])
  })

  it('has room again when something has finished', async () => {
    const { executor, add, end } = setUp({ maxRunning: 1, maxHeld: 2 })
    add('a', 'a1')
    add('a', 'a2')
    let room = false
    void executor.room().then(() => {
      room = true
    })
    await turns()
    expect(room).to.equal(false)
    await end('a1')
    expect(room).to.equal(true)
  })

  it('forgets what is not running, and does not call again what is', async () => {
    const { executor, started, dropped, add, end } = setUp({ maxRunning: 2, maxHeld: 10 })
    add('a', 'a1')
    add('a', 'a2')
    add('b', 'b1')
    add('c', 'c1')
    await end('b1', 50)
    expect(started).to.deep.equal(['a1', 'b1', 'c1'])
    executor.forget()
    expect(dropped).to.deep.equal(['a2', 'b1'])
    let settled = false
    void executor.settled().then(() => {
      settled = true
    })
    await end('c1', 50)
    expect(dropped).to.deep.equal(['a2', 'b1', 'c1'])
    expect(settled).to.equal(false)
    await end('a1')
    expect(settled).to.equal(true)
    await clock.tickAsync(1_000)
    expect(started).to.deep.equal(['a1', 'b1', 'c1'])
    expect([executor.held(), clock.countTimers()]).to.deep.equal([0, 0])
  })

  it('lets new work wait for what runs on under its key after everything was forgotten', async () => {
    const { executor, started, add, end } = setUp({ maxRunning: 5, maxHeld: 10 })
    add('a', 'old')
    executor.forget()
    add('a', 'new')
    expect(started).to.deep.equal(['old'])
    await end('old', 10)
    expect(started).to.deep.equal(['old', 'new'])
  })
})
