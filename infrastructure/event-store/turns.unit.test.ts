import { expect } from 'chai'
import { rejection } from '../../test/support/rejection.ts'
import { NoAnswer } from './answer-within.ts'
import { createTurns, TooManyWait } from './turns.ts'

/** As many places as that, by number. */
const places = (count: number, mostWaiting: number) => {
  const free = Array.from({ length: count }, (_, n) => n)
  const giveBack = (place: number) => {
    free.push(place)
    turns.grant()
  }
  const turns = createTurns(() => free.shift(), giveBack, mostWaiting)
  return { turns, giveBack, free }
}

describe('turns', () => {
  it('come in the order in which they were asked for', async () => {
    const { turns, giveBack } = places(1, 10)
    const order: string[] = []
    const take = async (name: string) => {
      const place = await turns.take(1_000, 'a place')
      order.push(name)
      giveBack(place)
    }
    await Promise.all(['a', 'b', 'c'].map(take))
    expect(order).to.deep.equal(['a', 'b', 'c'])
  })

  it('are not waited for by more than may wait: the next is refused at once', async () => {
    const { turns, giveBack } = places(1, 2)
    const first = await turns.take(1_000, 'a place')
    const waiting = [turns.take(1_000, 'a place'), turns.take(1_000, 'a place')]
    expect(await rejection(turns.take(60_000, 'a place')))
      .to.be.instanceOf(TooManyWait)
      .with.property('message', 'a place: too many wait already')
    for (const next of [Promise.resolve(first), ...waiting]) giveBack(await next)
  })

  it('go to the next when they are given up, also at the very moment at which they come', async () => {
    const { turns, giveBack, free } = places(1, 10)
    const first = await turns.take(1_000, 'a place')
    const giving = new AbortController()
    const given = rejection(turns.take(1_000, 'a place', giving.signal))
    giveBack(first)
    giving.abort()
    expect(await given).to.be.instanceOf(NoAnswer)
    expect(await turns.take(1_000, 'a place')).to.equal(first)
    expect(free).to.deep.equal([])
  })
})
