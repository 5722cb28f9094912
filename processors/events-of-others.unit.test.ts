import { expect } from 'chai'
import { shopEvents } from '../domain/registry.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../infrastructure/event-store/port.ts'
import { decodeAll, plan } from '../infrastructure/projections/fold.ts'
import { shopProjections } from '../projections/registry.ts'
import { createShop, orderId } from '../test/processors/shop.ts'
import { followUpFolds } from './follow-ups/folds.ts'
import type { ServiceName } from './services.ts'

const names: readonly ServiceName[] = ['order', 'inventory', 'payment', 'notification']
const codec = createCodec(shopEvents)
const bytes = new Uint8Array([0xff, 0x00])

const cases: readonly (readonly [what: string, event: Partial<StoredEvent>])[] = [
  ['metadata of a stream', { stream: `$$order-${orderId}`, type: '$metadata', data: { $tb: 3 } }],
  [
    'the end of a deleted stream',
    { stream: `order-${orderId}`, type: '$streamDeleted', revision: 2n ** 63n - 1n, data: '' },
  ],
  ['a link of a projection', { stream: '$ce-order', type: '$>', data: `0@order-${orderId}` }],
  ['a link to another stream of the shop', { stream: `order-${orderId}`, type: '$>', data: '0@stock-A' }],
  ['a parked message', { stream: '$persistentsubscription-order::g-parked', type: '$>', data: '0@order-1' }],
  [
    'a checkpoint of a group',
    { stream: '$persistentsubscription-order::g-checkpoint', type: 'SubscriptionCheckpoint', data: '7' },
  ],
  ['the settings of the groups', { stream: '$persistentSubscriptionConfig', type: '$PersistentConfig', data: {} }],
  ['figures of the server', { stream: '$stats-127.0.0.1:2113', type: '$statsCollected', data: {} }],
  ['an event of another application', { stream: 'invoice-1', type: 'OrderPlaced', data: {} }],
  [
    'one in a stream that is named like ours',
    { stream: 'order-1', type: 'OrderImported', data: bytes, metadata: undefined },
  ],
  ['one without a type', { stream: 'order-1', type: '<no-event-type-provided>', data: null, metadata: undefined }],
  ['one under the name of a property that everything has', { stream: 'order-1', type: 'constructor', data: {} }],
  ['one in a stream without a name', { stream: '', type: 'OrderPlaced', data: {} }],
]

/** Under a type that the inventory service looks at. */
const poisonous: readonly (readonly [what: string, event: Partial<StoredEvent>, code: string])[] = [
  ['bytes', { data: bytes }, 'schema_mismatch'],
  ['text that is no JSON', { data: 'not json{' }, 'schema_mismatch'],
  ['null', { data: null }, 'schema_mismatch'],
  ['no metadata', { metadata: undefined }, 'metadata_mismatch'],
  ['metadata in bytes', { metadata: bytes }, 'metadata_mismatch'],
]

/** The tables with a row that the event has to do with. */
const tablesOf = (event: StoredEvent): readonly string[] => {
  const events = decodeAll(codec, [event])
  return [...shopProjections, ...followUpFolds]
    .filter((projection) => plan(projection, events, undefined, new Set()).steps.length > 0)
    .map(({ table }) => table.name)
}

describe("events that are not the shop's", () => {
  const anEvent = async (): Promise<readonly [ReturnType<typeof createShop>, StoredEvent]> => {
    const shop = createShop()
    await shop.stock('A', 5)
    await shop.place({ A: 2 })
    return [shop, shop.last('OrderPlaced')]
  }

  for (const [what, changes] of cases) {
    it(`are left alone by every service and every table: ${what}`, async () => {
      const [shop, placed] = await anEvent()
      const event = { ...placed, ...changes }
      const before = shop.store.log.length
      for (const name of names) expect(await shop.deliver(name, event), name).to.equal('ignored')
      expect([shop.store.log.length, tablesOf(event)]).to.deep.equal([before, []])
    })
  }

  for (const [what, changes, code] of poisonous) {
    it(`are put aside where they look like the shop's own: an OrderPlaced with ${what}`, async () => {
      const [shop, placed] = await anEvent()
      const event = { ...placed, ...changes }
      const outcome = await shop.deliver('inventory', event)
      expect(typeof outcome === 'object' && 'park' in outcome ? outcome.park.code : outcome).to.equal(code)
      expect(tablesOf(event)).to.include.members(['orders', 'timeline', 'orders_in_progress'])
    })
  }
})
