import type { HoldShipment, ReleaseShipment } from './commands.ts'
import type { OrderEvent } from './events.ts'

type HoldEvent = Extract<OrderEvent, { readonly type: 'ShipmentHeld' | 'ShipmentReleased' }>

/** By dispute. Neither is told of in order: one that was released stays so, also where its hold comes after that. */
export type Holds = ReadonlyMap<string, 'held' | 'released'>

export const noHolds: Holds = new Map()

/** Each keeps the order from being shipped. */
export const isHeld = (holds: Holds): boolean => [...holds.values()].includes('held')

export const hold = (holds: Holds, { orderId, providerDisputeId }: HoldShipment): readonly OrderEvent[] =>
  holds.has(providerDisputeId) ? [] : [{ type: 'ShipmentHeld', orderId, providerDisputeId }]

export const release = (holds: Holds, { orderId, providerDisputeId }: ReleaseShipment): readonly OrderEvent[] =>
  holds.get(providerDisputeId) === 'released' ? [] : [{ type: 'ShipmentReleased', orderId, providerDisputeId }]

export const evolveHolds = (holds: Holds, { type, providerDisputeId }: HoldEvent): Holds => {
  if (type === 'ShipmentReleased') return new Map(holds).set(providerDisputeId, 'released')
  return holds.has(providerDisputeId) ? holds : new Map(holds).set(providerDisputeId, 'held')
}
