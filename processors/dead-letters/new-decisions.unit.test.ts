import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { inMemoryResolutions } from '../../test/processors/in-memory-resolutions.ts'
import { parkedAt } from '../../test/processors/parked-streams.ts'
import { createNewDecisions } from './new-decisions.ts'

const group = 'payment'

const asking = () => {
  const set = { time: parkedAt.getTime(), failsAt: Infinity }
  const { resolutions } = inMemoryResolutions(() => new Date(set.time))
  const asked: string[] = []
  const newDecisions = createNewDecisions(
    {
      async changed(of, what) {
        const { numbers, since, after } = what
        asked.push(`${numbers.join()}${since === undefined ? '' : ' and since'}${after === undefined ? '' : ' there'}`)
        if (asked.length === set.failsAt) throw new StoreUnavailable('the database is away')
        return resolutions.changed(of, what)
      },
    },
    group,
    { mostAtOnce: 3 },
  )
  const discard = (number: bigint) =>
    resolutions.discard({
      ...{ group, number, eventId: undefined, parkedAt, by: 'olga' },
      ...{ at: new Date(set.time), letter: {} },
    })
  /** Answers what was decided about. */
  const look = async (found: readonly bigint[], standing: readonly bigint[]) => {
    const letters = {
      numbers: () => standing,
      oldest: () => standing[0],
      has: (number: bigint) => standing.includes(number),
    }
    return [...(await newDecisions({ found, standing: letters, now: new Date(set.time) })).keys()]
  }
  return { set, asked, discard, look }
}

describe('decisions about dead letters', () => {
  it('are asked for by number when a letter is found, and by their change later', async () => {
    const { asked, discard, look } = asking()
    await discard(1n)
    expect(await look([1n, 2n], [])).to.deep.equal([1n])
    expect(await look([], [2n])).to.deep.equal([])
    await discard(2n)
    expect(await look([3n], [2n])).to.deep.equal([2n])
    expect(asked).to.deep.equal(['1,2', ' and since', '3 and since'])
  })

  it('are asked for of nobody while nothing stands', async () => {
    const { asked, discard, look } = asking()
    expect(await look([], [])).to.deep.equal([])
    await look([1n], [])
    await look([], [])
    await discard(2n)
    expect(await look([2n], [])).to.deep.equal([2n])
    expect(asked).to.deep.equal(['1', '2'])
  })

  it('are looked up for all that stands every five minutes', async () => {
    const { set, asked, look } = asking()
    await look([1n], [])
    set.time += 299_999
    await look([2n], [1n])
    set.time += 1
    await look([3n], [1n, 2n])
    set.time += 299_999
    await look([], [1n, 2n, 3n])
    expect(asked).to.deep.equal(['1', '2 and since', '1,2,3 and since', ' and since'])
  })

  it('are asked for in parts where many have changed, and none is passed over, nor kept that is about no letter here', async () => {
    const { set, asked, discard, look } = asking()
    await look([1n], [])
    for (const number of [9n, 5n, 4n, 3n, 2n, 8n, 1n]) await discard(number)
    set.failsAt = 3
    const fault = await look([], [1n, 2n]).catch((error: unknown) => error)
    expect(fault).to.be.instanceOf(StoreUnavailable)
    expect(await look([3n], [1n, 2n])).to.deep.equal([3n, 2n, 1n])
    expect(await look([], [4n])).to.deep.equal([])
    expect(asked).to.deep.equal([
      ...['1', ' and since', ' and since there'],
      ...['3 and since', ' and since there', ' and since there'],
      ' and since',
    ])
  })

  it('are asked for in parts, and none is passed over when a part fails', async () => {
    const { set, asked, discard, look } = asking()
    await look([1n], [])
    set.time += 300_000
    set.failsAt = 3
    await discard(3n)
    const fault = await look([], [1n, 3n, 4n, 5n]).catch((error: unknown) => error)
    expect(fault).to.be.instanceOf(StoreUnavailable)
    await discard(5n)
    expect(await look([], [1n, 3n, 4n, 5n])).to.deep.equal([3n, 5n])
    expect(asked).to.deep.equal(['1', '1,3,4 and since', '5', '1,3,4 and since', '5'])
  })
})
