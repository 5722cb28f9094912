import { expect } from 'chai'
import { dueAmong, intentOf, noIntents, noRoom, now, passesWith, waiting } from '../../test/processors/due-passes.ts'

describe('what is due', () => {
  it('is taken up once by all before it is a second time by any, where it finds no room', async () => {
    const tried: string[] = []
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
    const all = ['a', 'b', 'c', 'd', 'e'].map((key, place) => intentOf('refund', key, at(place)))
    let time = at(10)
    const passes = passesWith({
      due: { intents: dueAmong([...all, intentOf('refund', 'younger', at(20))]), orders: async () => [] },
      perform: async ({ key }) => {
        tried.push(key)
        return noRoom
      },
      now: () => time,
      worthTrying: () => 2,
    })
    for (let pass = 0; pass < 4; pass += 1) {
      await passes.refund()
      // What comes due during a round keeps nobody from a second try.
      time = at(30)
    }
    expect(tried).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'a', 'b'])
  })

  it('has deadlines in rounds as well: what stays due keeps no younger order from its look; and the latest by themselves', async () => {
    const looked: string[] = []
    const all = Array.from({ length: 5 }, (_, place) => ({
      ...waiting(`order ${place}`),
      placedAt: new Date(now.getTime() + place),
    }))
    const passes = passesWith({
      due: {
        intents: noIntents,
        orders: async ({ past, after, limit }) =>
          past === 'latest'
            ? [waiting('the latest')]
            : all.filter(({ placedAt }) => after === undefined || placedAt > after.placedAt).slice(0, limit),
      },
      deadline: async ({ orderId }) => {
        looked.push(orderId)
      },
      deadlinesAtOnce: 2,
    })
    for (let pass = 0; pass < 4; pass += 1) await passes.deadline()
    expect(looked.map((orderId) => orderId.slice(-1)).join('')).to.equal('0123401')
    await passes.latest()
    expect(looked.at(-1)).to.equal('the latest')
  })

  it('begins a new round at once when the last one ends with a full pass', async () => {
    const tried: string[] = []
    const at = (seconds: number) => new Date(now.getTime() - seconds * 1_000)
    const passes = passesWith({
      due: {
        intents: dueAmong([intentOf('refund', 'a', at(2)), intentOf('refund', 'b', at(1))]),
        orders: async () => [],
      },
      perform: async ({ key }) => {
        tried.push(key)
        return noRoom
      },
      worthTrying: () => 1,
    })
    for (let pass = 0; pass < 3; pass += 1) await passes.refund()
    expect(tried).to.deep.equal(['a', 'b', 'a'])
  })
})
