import { expect } from 'chai'
import { eventOf, parkedAt } from '../../test/processors/parked-streams.ts'
import { createJustParked } from './just-parked.ts'
import { placeOf } from './letter.ts'

const parked = (order: string, revision: number) => {
  const event = eventOf(order, revision)
  return { ...placeOf(event), eventId: event.id, key: order, type: event.type, code: 'poison', parkedAt }
}

describe('events that were parked a moment ago', () => {
  const known = (events: ReturnType<typeof createJustParked>, key: string) =>
    [...events.ofKey(key)].map(({ eventId }) => eventId)

  it('are found by their key until they are forgotten', () => {
    const events = createJustParked()
    for (const [order, revision] of [['a', 1] as const, ['a', 2] as const, ['b', 1] as const, ['a', 1] as const])
      events.remember(parked(order, revision))
    expect(known(events, 'a')).to.have.members(['a-1', 'a-2'])
    events.forget('a-1')
    events.forget('unknown')
    expect(known(events, 'a')).to.deep.equal(['a-2'])
    events.forgetParkedBefore(parkedAt)
    expect(known(events, 'b')).to.deep.equal(['b-1'])
    events.forgetParkedBefore(new Date(parkedAt.getTime() + 1))
    expect([...known(events, 'a'), ...known(events, 'b')]).to.deep.equal([])
  })

  it('are bounded: the oldest is forgotten first', () => {
    const events = createJustParked(2)
    for (const order of ['a', 'b', 'c']) events.remember(parked(order, 1))
    expect(['a', 'b', 'c'].flatMap((order) => known(events, order))).to.deep.equal(['b-1', 'c-1'])
  })
})
