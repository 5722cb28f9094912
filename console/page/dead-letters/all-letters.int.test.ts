import { expect } from 'chai'
import { served } from '../../../test/console/event-stream.ts'
import { office } from '../../../test/processors/office.ts'
import { eventOf } from '../../../test/processors/parked-streams.ts'
import { callerOf, tokenOf } from '../../../test/specifications/api.ts'
import type { DeadLetter, Page } from '../answers.d.ts'
import { allFirstOnes } from './all-letters.js'
import { decideAll } from './decide-all.js'
import { nameOf } from './letters.js'

/** More than the API gives at a time, and than a page shows. */
const count = 130

describe('all dead letters that fit, asked of the API', () => {
  const opened = async () => {
    const { app, streams, sweep, submitted } = office()
    for (let n = 0; n < count; n += 1)
      streams.park('payment', eventOf(`order-${n}`, 0), n % 13 === 12 ? 'other' : 'schema_mismatch')
    // Waits behind the first one.
    streams.park('payment', eventOf('order-0', 1), 'schema_mismatch')
    await sweep('payment')
    const place = await served(app, new AbortController().signal)
    const olga = callerOf(place.url, tokenOf('olga', ['operator']))
    const read = async (filter: string, cursor: string | undefined) => {
      const path = `/v1/dead-letters/payment?limit=50${filter}${cursor === undefined ? '' : `&cursor=${cursor}`}`
      return (await olga.get(path).answers(200)).body as Page<DeadLetter>
    }
    return { place, olga, read, submitted }
  }

  it('are found over all pages, the first of each order alone, and by the filter', async () => {
    const { place, read } = await opened()
    try {
      const all = await allFirstOnes((cursor) => read('', cursor))
      expect(all.map(({ number }) => number)).to.deep.equal(Array.from({ length: count }, (_, n) => n))
      const others = await allFirstOnes((cursor) => read('&reason=other', cursor))
      expect(others.map(({ number }) => number)).to.deep.equal([12, 25, 38, 51, 64, 77, 90, 103, 116, 129])
    } finally {
      await place.close()
    }
  })

  it('are all retried, each once and kept apart, and told one by one', async () => {
    const { place, olga, read, submitted } = await opened()
    try {
      const told: number[] = []
      let apart = 0
      const last = await decideAll(await allFirstOnes((cursor) => read('', cursor)), {
        decide: ({ group, number }) => olga.post(`/v1/dead-letters/${group}/${number}/retry`, {}).answers(202),
        nameOf,
        wordsOf: String,
        passes: () => false,
        pause: () => Promise.resolve(),
        apart: async () => void (apart += 1),
        told: ({ done }) => told.push(done),
        stopped: () => false,
      })
      expect(last).to.deep.equal({ done: count, of: count, refused: [], over: true })
      expect(told).to.deep.equal([...Array.from({ length: count + 1 }, (_, n) => n), count])
      expect(apart).to.equal(count - 1)
      expect(submitted.filter((id) => /-0$/.test(id))).to.have.members(
        Array.from({ length: count }, (_, n) => eventOf(`order-${n}`, 0).id),
      )
    } finally {
      await place.close()
    }
  })
})
