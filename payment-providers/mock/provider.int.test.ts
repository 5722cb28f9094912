import { expect } from 'chai'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startPaymentProvider, type RunningPaymentProvider } from '../../embedded/payment-provider/server.ts'
import {
  chargeRequest,
  describeProvider,
  never,
  orderId,
  sought,
  type Fault,
} from '../../test/payment-providers/contract.ts'
import { rejection } from '../../test/support/rejection.ts'
import { mockPaymentProvider, type MockProviderOptions } from './provider.ts'
import { OutcomeUnknown, type ConnectedProvider } from '../port.ts'

const startServer = () =>
  startPaymentProvider({
    port: 0,
    webhookUrl: 'http://127.0.0.1:1/',
    webhookSecret: 'secret',
    slowMs: 150,
  })

const fault = async (server: RunningPaymentProvider, body: Record<string, unknown>) => {
  const { status } = await fetch(`${server.url}/test/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(status).to.equal(204)
}
const charges = async (server: RunningPaymentProvider) => {
  const { items } = (await (await fetch(`${server.url}/v1/charges`)).json()) as { items: { status: string }[] }
  return items.map(({ status }) => status)
}

const faults: Readonly<Record<Fault, object>> = {
  hang: { kind: 'hang' },
  drop: { kind: 'drop' },
  error: { kind: 'error' },
  error_after: { kind: 'error', when: 'after' },
}

describeProvider('the mock provider', async () => {
  const server = await startServer()
  const connections: ConnectedProvider[] = []
  const connect = (options: MockProviderOptions) => {
    const made = mockPaymentProvider(options)
    connections.push(made)
    return made
  }
  return {
    connect: (options) => connect({ url: server.url, ...options }),
    connectTo: (port) => connect({ url: `http://127.0.0.1:${port}` }),
    methods: { ok: 'card-ok', declined: 'card-declined', toConfirm: 'card-action' },
    fail: (what, times = 1) => fault(server, { ...faults[what], times }),
    captured: async () => (await charges(server)).filter((status) => status === 'succeeded').length,
    close: async () => {
      for (const made of connections) made.close()
      await server.stop()
    },
  }
})

describe('the mock provider', () => {
  let server: RunningPaymentProvider
  let adapters: ConnectedProvider[]

  const adapter = (options: Partial<MockProviderOptions> = {}) => {
    const made = mockPaymentProvider({ url: server.url, timeLimitMs: 2_000, ...options })
    adapters.push(made)
    return made
  }
  const { paymentId } = chargeRequest('')

  beforeEach(async () => {
    adapters = []
    server = await startServer()
  })
  afterEach(async () => {
    for (const made of adapters) made.close()
    await server.stop()
  })

  it('tells of a slow card and a late one', async () => {
    const provider = adapter()
    const outcomeOf = (method: string) =>
      provider.charge(chargeRequest(method, { paymentId: method, idempotencyKey: method }), never)
    expect((await outcomeOf('card-slow')).kind).to.equal('succeeded')
    expect(await outcomeOf('card-late')).to.deep.equal({ kind: 'pending' })
    const late = { ...sought('card-late'), idempotencyKey: 'cancel' }
    expect(await provider.cancel(late, never)).to.deep.equal({ kind: 'pending' })
  })

  it('knows nothing definite of a card that is charged without an answer, until it asks', async () => {
    const provider = adapter()
    expect(await rejection(provider.charge(chargeRequest('card-unknown'), never))).to.be.instanceOf(OutcomeUnknown)
    expect((await provider.lookUp(sought(paymentId), never)).kind).to.equal('succeeded')
    expect((await provider.charge(chargeRequest('card-unknown'), never)).kind).to.equal('succeeded')
    expect(await charges(server)).to.deep.equal(['succeeded'])
  })

  it('cancels a slow charge while it is under way, and the charge answers so', async () => {
    const provider = adapter()
    const cancel = (tries: number) =>
      provider.cancel({ ...sought(paymentId), idempotencyKey: `cancel-${tries}` }, never)
    const charged = provider.charge(chargeRequest('card-slow'), never)
    let cancelled = await cancel(0)
    for (let tries = 1; cancelled.kind === 'unknown_payment' && tries < 100; tries += 1) cancelled = await cancel(tries)
    expect(cancelled).to.deep.equal({ kind: 'cancelled' })
    expect(await charged).to.deep.equal({ kind: 'cancelled' })
  })

  it('has a refund declined, and one of a disputed charge', async () => {
    const provider = adapter()
    const charged = await provider.charge(chargeRequest('card-ok'), never)
    if (charged.kind !== 'succeeded') throw new Error(charged.kind)
    await fault(server, { kind: 'decline', operation: 'refund' })
    const identity = { providerPaymentId: charged.providerPaymentId, refundId: 'full', attempt: 1 }
    const refund = { orderId, ...identity, amount: 1999, currency: 'EUR', idempotencyKey: 'full-1' }
    expect(await provider.refund(refund, never)).to.deep.equal({ kind: 'failed', code: 'refund_declined' })
    await fetch(`${server.url}/dashboard/disputes`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ providerPaymentId: charged.providerPaymentId, amount: 5 }),
    })
    const disputed = { ...refund, attempt: 2, idempotencyKey: 'full-2' }
    expect(await provider.refund(disputed, never)).to.deep.equal({ kind: 'failed', code: 'charge_disputed' })
  })

  for (const [what, status, body] of [
    ['something else than a charge', 200, '{"status":"succeeded"}'],
    ['no JSON', 200, '<html>'],
    ['a 404 that is not about the payment', 404, '{"error":"no_such_route"}'],
    ['a refusal of the request itself', 400, '{"error":"invalid_request"}'],
  ] as const) {
    it(`has no definite answer when it is ${what}`, async () => {
      const odd = createHttpServer((_request, response) => {
        response.writeHead(status).end(body)
      })
      await new Promise<void>((resolve) => {
        odd.listen(0, '127.0.0.1', resolve)
      })
      const provider = adapter({ url: `http://127.0.0.1:${(odd.address() as AddressInfo).port}` })
      try {
        expect(await rejection(provider.lookUp(sought(paymentId), never))).to.be.instanceOf(OutcomeUnknown)
      } finally {
        odd.closeAllConnections()
        odd.close()
      }
    })
  }

  it('keeps its connection for the next call, also after an answer that was no use', async () => {
    let connections = 0
    const counted = createHttpServer((request, response) => {
      request.resume().on('end', () => {
        response.end('{"error":"unknown_payment"}')
      })
    }).on('connection', () => {
      connections += 1
    })
    await new Promise<void>((resolve) => {
      counted.listen(0, '127.0.0.1', resolve)
    })
    const provider = adapter({ url: `http://127.0.0.1:${(counted.address() as AddressInfo).port}` })
    for (const method of ['card-ok', 'card-late']) await rejection(provider.charge(chargeRequest(method), never))
    await rejection(provider.cancel({ ...sought('p'), idempotencyKey: 'k' }, never))
    expect(connections).to.equal(1)
    provider.close()
    await new Promise((resolve) => {
      counted.close(resolve)
    })
  })
})
