import { expect } from 'chai'
import { useFakeTimers } from 'sinon'
import { createSeats, type SeatsOptions } from './seats.ts'

/** Lets everything go on that waits for nothing else. */
const settled = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

const tried = (options: Omit<SeatsOptions, 'waitMs'>) => {
  const seats = createSeats({ ...options, waitMs: 2_000 })
  const seated: string[] = []
  const leave = new Map<string, () => void>()
  /** Somebody with a name, whose first letter is the key. */
  const come = async (name: string) => {
    const left = await seats.take(name.charAt(0))
    if (left === undefined) seated.push(`not ${name}`)
    else {
      seated.push(name)
      leave.set(name, left)
    }
  }
  return {
    seated,
    come: async (...names: readonly string[]) => {
      for (const name of names) void come(name)
      await settled()
    },
    leave: async (name: string) => {
      leave.get(name)?.()
      await settled()
    },
  }
}

describe('seats', () => {
  it('are so many, and who comes later waits for one in turn', async () => {
    const { seated, come, leave } = tried({ seats: 2, seatsOfOne: 2, waiting: 5, waitingOfOne: 5 })
    await come('a1', 'b1', 'c1', 'd1')
    expect(seated).to.deep.equal(['a1', 'b1'])
    await leave('a1')
    expect(seated).to.deep.equal(['a1', 'b1', 'c1'])
    await leave('c1')
    expect(seated).to.deep.equal(['a1', 'b1', 'c1', 'd1'])
  })

  it('are not all taken by one, who holds nobody up who waits behind', async () => {
    const { seated, come, leave } = tried({ seats: 3, seatsOfOne: 2, waiting: 5, waitingOfOne: 5 })
    await come('a1', 'a2', 'a3', 'b1', 'b2')
    expect(seated).to.deep.equal(['a1', 'a2', 'b1'])
    await leave('b1')
    expect(seated).to.deep.equal(['a1', 'a2', 'b1', 'b2'])
    await leave('a1')
    expect(seated).to.deep.equal(['a1', 'a2', 'b1', 'b2', 'a3'])
  })

  it('are waited for by so many, of one key and in all, and the next is sent away', async () => {
    const { seated, come } = tried({ seats: 1, seatsOfOne: 1, waiting: 3, waitingOfOne: 2 })
    await come('a1', 'b1', 'b2', 'b3', 'c1', 'd1')
    expect(seated).to.deep.equal(['a1', 'not b3', 'not d1'])
  })

  it('are waited for so long and no longer, and who has gone is given none', async () => {
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { seated, come, leave } = tried({ seats: 1, seatsOfOne: 1, waiting: 5, waitingOfOne: 5 })
      await come('a1', 'b1')
      clock.tick(1_999)
      await come('c1')
      expect(seated).to.deep.equal(['a1'])
      clock.tick(1)
      await come('d1')
      expect(seated).to.deep.equal(['a1', 'not b1'])
      await leave('a1')
      expect(seated).to.deep.equal(['a1', 'not b1', 'c1'])
      clock.tick(10_000)
      await leave('c1')
      expect(seated).to.deep.equal(['a1', 'not b1', 'c1', 'not d1'])
    } finally {
      clock.restore()
    }
  })
})
