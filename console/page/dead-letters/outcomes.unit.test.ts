import { expect } from 'chai'
import { watchOutcomes } from './outcomes.js'

type Looked = Awaited<ReturnType<Parameters<typeof watchOutcomes<number>>[1]['look']>>
const handled: Looked = { settled: {}, lastFailure: null }
const underWay: Looked = { settled: null, lastFailure: null }

describe('what becomes of those that are retried', () => {
  const watch = async (items: readonly number[], look: (item: number, time: number) => Looked, rounds = 50) => {
    const [told, looks]: [string[], number[]] = [[], []]
    let round = 0
    await watchOutcomes(items, {
      look: async (item) => {
        looks.push(item)
        return look(item, looks.filter((one) => one === item).length)
      },
      nameOf: (item) => `payment ${item}`,
      pause: async () => {
        round += 1
      },
      told: ({ handled: done, failed, open }) =>
        told.push(`${done} handled, ${failed.map(({ of, why }) => `${of}: ${why}`).join()}, ${open} open`),
      stopped: () => round >= rounds,
    })
    return { told, looks }
  }

  it('is looked for until each is handled or has failed again; who cannot be seen is asked again', async () => {
    const { told, looks } = await watch([1, 2, 3], (item, time) => {
      if (item === 1) return handled
      if (item === 2) return { settled: null, lastFailure: 'no' }
      if (time === 1) throw new Error('away')
      return time === 2 ? underWay : handled
    })
    expect(told).to.deep.equal([
      '1 handled, payment 2: no, 1 open',
      '1 handled, payment 2: no, 1 open',
      '2 handled, payment 2: no, 0 open',
    ])
    expect(looks).to.deep.equal([1, 2, 3, 3, 3])
  })

  it('is looked for of ten at a time, in turns, and no longer than somebody waits', async () => {
    const many = Array.from({ length: 12 }, (_, item) => item)
    const { looks } = await watch(many, () => underWay, 2)
    expect(looks).to.deep.equal([...many.slice(0, 10), 10, 11, ...many.slice(0, 8)])
  })

  it('is looked for until all are seen, however many there are, and not for ever where nothing comes of them', async () => {
    const many = Array.from({ length: 1_500 }, (_, item) => item)
    const { told } = await watch(many, () => handled, 1_000)
    expect(told.at(-1)).to.equal('1500 handled, , 0 open')
    const stuck = await watch([1, 2], (item) => (item === 1 ? handled : underWay), 1_000)
    expect(stuck.told).to.have.length(121)
  })
})
