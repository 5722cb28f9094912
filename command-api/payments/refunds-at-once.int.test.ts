import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { commandApiUnderTest, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'
import { orderId, placed } from '../../test/specifications/order-events.ts'
import { paymentRequested, paymentSucceeded } from '../../test/specifications/payment-events.ts'
import { readCatalogue } from '../catalogue/catalogue.ts'
import { commandHandling } from '../handling.ts'

const codec = createCodec(shopEvents)
const anotherOrderId = '22222222-2222-5222-8222-222222222222'
const metadata = {
  $correlationId: 'test',
  $causationId: 'test',
  commandId: 'test',
  actor: { type: 'system', id: 'test' },
  occurredAt: '2026-03-01T00:00:00.000Z',
} as const
/** Of each writer. */
const times = 4

describe('refunds that several writers are asked for at once', () => {
  let server: ControlledEventStore
  let stores: readonly EventStore[]
  let writers: readonly CommandApiUnderTest[]
  before(async () => {
    server = await startControlledEventStore({ port: 0, data: 'memory' })
    stores = await Promise.all([1, 2, 3].map(() => connectEventStore({ url: server.url })))
    writers = stores.map((store) => {
      const handling = commandHandling({ store, registry: createRegistry({ service: 'test' }), logger: silentLogger })
      return commandApiUnderTest({ store, handling, catalogue: readCatalogue(handling) })
    })
    for (const id of [orderId, anotherOrderId]) {
      await happened(`order-${id}`, { ...placed(), orderId: id })
      await happened(`payment-${id}`, { ...paymentRequested(), orderId: id }, { ...paymentSucceeded(), orderId: id })
    }
  })
  after(async () => {
    await Promise.all(stores.map((store) => store.dispose()))
    await server.stop()
  })

  const happened = async (stream: string, ...events: readonly ShopEvent[]) => {
    const [store] = stores
    await store?.append(
      stream,
      events.map((event) => codec.encode(event, randomUUID(), metadata)),
      'any',
    )
  }

  /** All writers at the same time, each as often: why those were refused that were. */
  const refusalsOf = async (id: string, body: object): Promise<readonly string[]> => {
    const asked = writers.flatMap(({ operator }) =>
      Array.from({ length: times }, () =>
        operator
          .post(`/v1/orders/${id}/refunds`, { refundId: randomUUID(), reason: 'broken', ...body })
          .answers(202)
          .then(
            () => [],
            (error: unknown) => [String(error)],
          ),
      ),
    )
    return (await Promise.all(asked)).flat()
  }
  const refundsOf = async (id: string) => {
    const requested: Extract<ShopEvent, { readonly type: 'RefundRequested' }>[] = []
    const [store] = stores
    for await (const stored of store?.readStream(`payment-${id}`) ?? []) {
      const event = codec.decode(stored)?.event
      if (event?.type === 'RefundRequested') requested.push(event)
    }
    return requested
  }

  it('give back no more than was captured', async () => {
    const refusals = await refusalsOf(orderId, { amount: { amount: 1_500, currency: 'EUR' } })
    expect(refusals).to.have.length(3 * times - 3)
    for (const refusal of refusals) expect(refusal).to.contain('409').and.to.contain('refund_exceeds_payment')
    expect((await refundsOf(orderId)).map(({ amount }) => amount)).to.deep.equal([1_500, 1_500, 1_500])
  })

  it('give back no more of a line than was ordered', async () => {
    const refusals = await refusalsOf(anotherOrderId, { lines: [{ sku: 'CUP', quantity: 1 }] })
    expect(refusals).to.have.length(3 * times - 2)
    for (const refusal of refusals) expect(refusal).to.contain('409').and.to.contain('refund_exceeds_line')
    expect((await refundsOf(anotherOrderId)).map(({ lines }) => lines)).to.deep.equal([
      [{ sku: 'CUP', quantity: 1, ordered: 2 }],
      [{ sku: 'CUP', quantity: 1, ordered: 2 }],
    ])
  })
})
