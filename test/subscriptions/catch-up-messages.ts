import { type CatchUpMessage } from '../../infrastructure/event-store/port.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'

export const at = (place: number): Position => ({ commit: BigInt(place), prepare: BigInt(place) })
export const event = (place: number): CatchUpMessage => ({
  kind: 'event',
  event: {
    id: `e${place}`,
    stream: 'order-1',
    type: 'T',
    revision: 0n,
    position: at(place),
    created: new Date(0),
    data: {},
    metadata: {},
  },
})
export const checkpoint = (place: number): CatchUpMessage => ({ kind: 'checkpoint', position: at(place) })
export const caughtUp: CatchUpMessage = { kind: 'caught_up' }
