import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { signatureHeader, signWebhook } from '../../infrastructure/http/webhook-signature.ts'
import { until } from '../support/until.ts'
import { startOtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts'
import { shopStartLimitMs, startRunningShop, type RunningShop } from './running-shop.ts'
import { treeOf } from './trace-tree.ts'

/** How often the stores are asked depends on what is remembered, and which SQL stands for what on how events come together in batches. */
const isStep = ({ name }: ReceivedSpan): boolean => !/^(read|sql) /.test(name)

describe('traces', () => {
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>
  let running: RunningShop
  before(async function () {
    this.timeout(shopStartLimitMs)
    receiver = await startOtlpReceiver()
    running = await startRunningShop(receiver.environment)
  })
  after(async () => {
    await running?.stop()
    await receiver?.close()
  })

  const spanThat = (what: string, is: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> =>
    until(what, () => receiver.spans().find(is))

  /** The one in which an event of this type was written. */
  const traceOf = async (stream: string, type: string): Promise<string> => {
    const isAppend = ({ attributes }: ReceivedSpan) =>
      attributes['event_store.stream'] === stream && attributes['event_store.event_types'] === type
    return (await spanThat(`${type} is written`, isAppend)).traceId
  }

  const becomes = (traceId: string, tree: readonly string[]): Promise<true> =>
    until('the trace is whole', () => {
      const spans = receiver.spans().filter((span) => span.traceId === traceId)
      const [is, should] = [treeOf(spans, isStep), tree].map((lines) => lines.join('\n'))
      // Whole: chai would leave out where they differ.
      if (is !== should) throw new Error(`it is\n${is}\nand should be\n${should}`)
      return true
    })

  const placed = async (customer: string, method: string): Promise<string> => {
    const lines = [{ sku: running.sku('TEA-MINT-050'), quantity: 1 }]
    const orderId = await running.client.place(customer, 'traced', lines, method)
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    return orderId
  }

  /** From the order to where its payment is asked for. */
  const asFarAsThePayment = (payment: readonly string[]): readonly string[] => [
    'command-api: POST /v1/orders',
    '  command-api: append order',
    '  processors: inventory handles OrderPlaced',
    '    processors: append reservation',
    '    processors: append reservation',
    '    processors: append stock',
    '    processors: payment handles InventoryReserved',
    '      processors: append payment',
    '      processors: payment handles PaymentRequested',
    '      processors: perform payment',
    ...payment.map((line) => `        ${line}`),
    '      projections: project PaymentRequested',
    '    projections: project InventoryReserved',
    '    projections: project ReservationStarted',
    '    projections: project StockReserved',
    '  processors: notification handles OrderPlaced',
    '    processors: perform notification',
    '      processors: append notification',
    '      processors: send mail',
    '      projections: project NotificationSent',
    '  projections: project OrderPlaced',
  ]

  const confirmed = [
    'processors: order handles PaymentSucceeded',
    '  processors: append order',
    '  processors: notification handles OrderConfirmed',
    '    processors: perform notification',
    '      processors: append notification',
    '      processors: send mail',
    '      projections: project NotificationSent',
    '  projections: project OrderConfirmed',
  ]

  it('an order is one trace, from its request to its rest', async () => {
    const orderId = await placed('tom', 'card-ok')
    const traceId = await traceOf(`order-${orderId}`, 'OrderPlaced')
    await becomes(
      traceId,
      asFarAsThePayment([
        'processors: POST',
        'processors: append payment',
        ...confirmed,
        'projections: project PaymentSucceeded',
      ]),
    )
    const spans = receiver.spans().filter((span) => span.traceId === traceId)
    expect(spans.map(({ name }) => name)).to.include.members(['read order', 'sql with'])
    const { body } = await running.client.call(
      'GET',
      `${running.shop.urls.readApi}/v1/orders/${orderId}/timeline`,
      running.token('olga', 'operator'),
    )
    const items = body['items'] as readonly { readonly traceId?: string }[]
    expect(items.map((item) => item.traceId)).to.deep.equal(items.map(() => traceId))
    // And so does the log: the line of the request has the request's own span.
    const log = await readFile(join(running.shop.logs, 'command-api.log'), 'utf8')
    const line = log.split('\n').find((text) => text.includes(traceId)) ?? '{}'
    const request = spans.find(({ parentSpanId }) => parentSpanId === undefined)
    expect(JSON.parse(line)).to.deep.include({
      message: 'POST /v1/orders 201',
      traceId: request?.traceId,
      spanId: request?.spanId,
    })
    // That of its rest is written where nothing is traced, and names the trace in which it was placed.
    const atRest = await until('its rest is logged', async () =>
      (await readFile(join(running.shop.logs, 'processors.log'), 'utf8'))
        .split('\n')
        .find((text) => text.includes('"message":"order confirmed"') && text.includes(orderId)),
    )
    expect(JSON.parse(atRest)).to.deep.include({ message: 'order confirmed', orderId, traceId })
  })

  it('what is followed up is a trace of its own, linked to the one that has led to it', async () => {
    const orderId = await placed('tim', 'card-unknown')
    await becomes(
      await traceOf(`order-${orderId}`, 'OrderPlaced'),
      asFarAsThePayment([
        'processors: POST (failed)',
        'processors: append payment',
        'projections: project PaymentOutcomeUnknown',
      ]),
    )
    const traceId = await traceOf(`payment-${orderId}`, 'PaymentSucceeded')
    await becomes(traceId, [
      'processors: perform payment (linked)',
      '  processors: GET',
      '  processors: append payment',
      ...confirmed.map((line) => `  ${line}`),
      '  projections: project PaymentSucceeded',
    ])
    const [followUp] = receiver.spans().filter((span) => span.traceId === traceId && span.parentSpanId === undefined)
    const asking = receiver
      .spans()
      .find(
        ({ name, attributes }) =>
          name === 'payment handles InventoryReserved' && attributes['event_store.stream'] === `reservation-${orderId}`,
      )
    expect(followUp?.links).to.deep.equal([asking?.spanId])
  })

  it('so is what is done again about a dead letter', async () => {
    const { client, shop } = running
    const orderId = await placed('tina', 'card-ok')
    // The provider speaks of a refund that nobody has asked for: that is parked.
    const body = JSON.stringify({
      id: randomUUID(),
      type: 'refund.succeeded',
      createdAt: new Date().toISOString(),
      data: { orderId, refundId: randomUUID(), attempt: 1, providerRefundId: 're_early' },
    })
    const signature = signWebhook(shop.secrets.webhookSecret, Buffer.from(body), new Date())
    const answer = await fetch(`${shop.urls.commandApi}/v1/webhooks/mock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [signatureHeader]: signature },
      body,
    })
    expect(answer.status).to.equal(200)
    const isAbout = (span: ReceivedSpan) => span.name === 'payment handles PaymentProviderEventReceived' && span.failed
    const first = await spanThat('it is parked', isAbout)
    await becomes(first.traceId, [
      'command-api: POST /v1/webhooks/mock',
      '  command-api: append paymentWebhook',
      '  processors: payment handles PaymentProviderEventReceived (failed)',
      '  projections: project PaymentProviderEventReceived',
    ])
    const letter = await until('it is a dead letter', async () => (await client.deadLetters('payment', orderId))[0])
    const number = String(letter['number'])
    const retried = await client.call(
      'POST',
      `${shop.urls.processors}/v1/dead-letters/payment/${number}/retry`,
      running.token('olga', 'operator'),
      {},
    )
    expect(retried.status).to.equal(202)
    const again = await spanThat('it is handled again', (span) => isAbout(span) && span.spanId !== first.spanId)
    await becomes(again.traceId, ['processors: payment handles PaymentProviderEventReceived (failed) (linked)'])
    expect(again.links).to.deep.equal([first.parentSpanId])
  })

  it("a caller's own trace goes on, and a problem names it", async () => {
    const [traceId, spanId] = [randomUUID().replaceAll('-', ''), '00f067aa0ba902b7']
    const { status, body } = await running.client.call(
      'GET',
      `${running.shop.urls.readApi}/v1/orders/${randomUUID()}`,
      running.token('olga', 'operator'),
      undefined,
      { traceparent: `00-${traceId}-${spanId}-01` },
    )
    expect([status, body['traceId']]).to.deep.equal([404, traceId])
    const span = await spanThat('the request is traced', (one) => one.traceId === traceId && /^GET /.test(one.name))
    expect([span.name, span.parentSpanId]).to.deep.equal(['GET /v1/orders/:id', spanId])
  })

  it('nothing that goes round by itself makes traces', () => {
    const begins = receiver.spans().filter(({ parentSpanId }) => parentSpanId === undefined)
    const byThemselves = begins.filter(({ name, links }) => !/^(GET|POST|PUT) \/v1\//.test(name) && links.length === 0)
    expect(byThemselves).to.deep.equal([])
  })
})
