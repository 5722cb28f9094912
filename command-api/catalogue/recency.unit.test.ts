import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { createRecency } from './recency.ts'

/** Reads that come to the head or do not, and a clock that is moved by hand. */
const watched = () => {
  const set = { time: 0, reads: 0, answer: async () => true }
  const recency = createRecency(
    () => {
      set.reads += 1
      return set.answer()
    },
    () => set.time,
  )
  return { set, recency }
}

describe('what is recent', () => {
  it('is what came to the head of the log within the last second', async () => {
    const { set, recency } = watched()
    expect(await recency.isRecent()).to.equal(true)
    set.answer = async () => false
    set.time = 1_000
    expect(await recency.isRecent()).to.equal(true)
    set.time = 1_001
    expect(await recency.isRecent()).to.equal(false)
  })

  it('counts from when the read began, not from when it ended', async () => {
    const { set, recency } = watched()
    set.answer = async () => {
      set.time += 1_500
      return true
    }
    expect(await recency.isRecent()).to.equal(false)
  })

  it('is proved at most every 400 ms, once for all who want to know, and not while nobody does', async () => {
    const { set, recency } = watched()
    await Promise.all(Array.from({ length: 50 }, () => recency.isRecent()))
    expect(set.reads).to.equal(1)
    set.time = 400
    await recency.isRecent()
    expect(set.reads).to.equal(1)
    set.time = 401
    await recency.isRecent()
    expect(set.reads).to.equal(2)
  })

  it('is nothing while the store is away', async () => {
    const { set, recency } = watched()
    set.answer = async () => {
      throw new StoreUnavailable('away')
    }
    expect(await recency.isRecent()).to.equal(false)
  })
})
