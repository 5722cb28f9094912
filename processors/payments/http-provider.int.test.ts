import { expect } from 'chai'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { startPaymentProvider } from '../../embedded/payment-provider/server.ts'
import type { RunningPaymentProvider } from '../../embedded/payment-provider/server.ts'
import { untilTrue } from '../../test/support/until.ts'
import { httpPaymentProvider } from './http-provider.ts'
import type { BreakerState } from '../circuit-breaker.ts'
import type { HttpPaymentProvider, HttpProviderOptions } from './http-provider.ts'
import { OutcomeUnknown, ProviderUnavailable } from './provider.ts'
import type { ChargeRequest } from './provider.ts'

const never = new AbortController().signal
const request = (method: string, changes: Partial<ChargeRequest> = {}): ChargeRequest => ({
  paymentId: 'payment-1',
  orderId: 'order-1',
  amount: 1999,
  currency: 'EUR',
  method,
  idempotencyKey: 'key-1',
  ...changes,
})
const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`)
    },
    (error: unknown) => error,
  )

describe('the payment provider over HTTP', () => {
  let server: RunningPaymentProvider
  let adapters: HttpPaymentProvider[]

  const adapter = (options: Partial<HttpProviderOptions> = {}) => {
    const made = httpPaymentProvider({ url: server.url, timeLimitMs: 2_000, ...options })
    adapters.push(made)
    return made
  }
  const fault = async (body: Record<string, unknown>) => {
    const { status } = await fetch(`${server.url}/test/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(status).to.equal(204)
  }
  const charges = async () => {
    const { items } = (await (await fetch(`${server.url}/v1/charges`)).json()) as { items: { status: string }[] }
    return items.map(({ status }) => status)
  }

  beforeEach(async () => {
    adapters = []
    server = await startPaymentProvider({
      port: 0,
      webhookUrl: 'http://127.0.0.1:1/',
      webhookSecret: 'secret',
      slowMs: 150,
    })
  })
  afterEach(async () => {
    for (const made of adapters) made.close()
    await server.stop()
  })

  it('charges', async () => {
    const provider = adapter()
    const outcome = await provider.charge(request('card-ok'), never)
    if (outcome.kind !== 'succeeded') throw new Error(outcome.kind)
    expect(outcome).to.deep.equal({
      kind: 'succeeded',
      providerPaymentId: outcome.providerPaymentId,
      amount: 1999,
      currency: 'EUR',
    })
    expect(await provider.lookUp('payment-1', never)).to.deep.equal(outcome)
    expect(await provider.charge(request('card-ok'), never)).to.deep.equal(outcome)
    expect(await charges()).to.deep.equal(['succeeded'])
  })

  it('tells of a declined card, one to confirm, a slow one and a late one', async () => {
    const provider = adapter()
    const outcomeOf = (method: string) =>
      provider.charge(request(method, { paymentId: method, idempotencyKey: method }), never)
    expect(await outcomeOf('card-declined')).to.deep.equal({ kind: 'failed', code: 'card_declined' })
    const action = await outcomeOf('card-action')
    expect(action.kind === 'action_required' && action.url.startsWith(`${server.url}/confirm/`)).to.equal(true)
    expect((await outcomeOf('card-slow')).kind).to.equal('succeeded')
    expect(await outcomeOf('card-late')).to.deep.equal({ kind: 'pending' })
  })

  it('knows nothing definite of a card that is charged without an answer, until it asks', async () => {
    const provider = adapter()
    expect(await rejection(provider.charge(request('card-unknown'), never))).to.be.instanceOf(OutcomeUnknown)
    expect((await provider.lookUp('payment-1', never)).kind).to.equal('succeeded')
    expect((await provider.charge(request('card-unknown'), never)).kind).to.equal('succeeded')
    expect(await charges()).to.deep.equal(['succeeded'])
  })

  it('cancels what is not captured, and says so of what is and of what it never heard of', async () => {
    const provider = adapter()
    const cancel = (paymentId: string) => provider.cancel({ paymentId, idempotencyKey: `cancel-${paymentId}` }, never)
    expect(await cancel('payment-1')).to.deep.equal({ kind: 'unknown_payment' })
    expect(await provider.lookUp('payment-1', never)).to.deep.equal({ kind: 'unknown_payment' })
    const captured = await provider.charge(request('card-ok'), never)
    expect(await cancel('payment-1')).to.deep.equal(captured)
    await provider.charge(request('card-action', { paymentId: 'payment-2', idempotencyKey: 'key-2' }), never)
    expect(await cancel('payment-2')).to.deep.equal({ kind: 'cancelled' })
    await provider.charge(request('card-late', { paymentId: 'payment-3', idempotencyKey: 'key-3' }), never)
    expect(await cancel('payment-3')).to.deep.equal({ kind: 'pending' })
  })

  it('cancels a slow charge while it is under way, and the charge answers so', async () => {
    const provider = adapter()
    const charged = provider.charge(request('card-slow'), never)
    let cancelled = await provider.cancel({ paymentId: 'payment-1', idempotencyKey: 'c-0' }, never)
    for (let tries = 1; cancelled.kind === 'unknown_payment' && tries < 100; tries += 1) {
      cancelled = await provider.cancel({ paymentId: 'payment-1', idempotencyKey: `c-${tries}` }, never)
    }
    expect(cancelled).to.deep.equal({ kind: 'cancelled' })
    expect(await charged).to.deep.equal({ kind: 'cancelled' })
  })

  it('refunds up to what was captured', async () => {
    const provider = adapter()
    const charged = await provider.charge(request('card-ok'), never)
    if (charged.kind !== 'succeeded') throw new Error(charged.kind)
    const { providerPaymentId } = charged
    const refund = (refundId: string, amount: number) =>
      provider.refund(
        { refundId, attempt: 1, providerPaymentId, amount, currency: 'EUR', idempotencyKey: `${refundId}-1` },
        never,
      )
    const outcome = await refund('part', 999)
    expect(outcome.kind).to.equal('succeeded')
    expect(await refund('part', 999)).to.deep.equal(outcome)
    expect(await provider.lookUpRefund({ providerPaymentId, refundId: 'part', attempt: 1 }, never)).to.deep.equal(
      outcome,
    )
    expect(await refund('too-much', 1001)).to.deep.equal({ kind: 'failed', code: 'refund_exceeds_payment' })
    await fault({ kind: 'decline', operation: 'refund' })
    expect(await refund('declined', 1000)).to.deep.equal({ kind: 'failed', code: 'refund_declined' })
    expect((await refund('rest', 1000)).kind).to.equal('succeeded')
    expect(await provider.lookUpRefund({ providerPaymentId, refundId: 'rest', attempt: 2 }, never)).to.deep.equal({
      kind: 'unknown_refund',
    })
  })

  it('has no definite answer when the provider hangs, hangs up, or breaks', async () => {
    const provider = adapter({ timeLimitMs: 150 })
    for (const kind of ['hang', 'drop', 'error']) {
      await fault({ kind, operation: 'charge' })
      expect(await rejection(provider.charge(request('card-ok'), never)), kind).to.be.instanceOf(OutcomeUnknown)
    }
    expect(await charges()).to.deep.equal([])
    await fault({ kind: 'error', when: 'after' })
    expect(await rejection(provider.charge(request('card-ok'), never))).to.be.instanceOf(OutcomeUnknown)
    expect(await charges()).to.deep.equal(['succeeded'])
  })

  it('has no definite answer when the caller calls it off, and nothing sent when that was before', async () => {
    const provider = adapter()
    const off = new AbortController()
    await fault({ kind: 'hang' })
    const charged = rejection(provider.charge(request('card-ok'), off.signal))
    off.abort()
    expect(await charged).to.be.instanceOf(OutcomeUnknown)
    expect(await rejection(provider.charge(request('card-ok'), off.signal))).to.be.instanceOf(ProviderUnavailable)
  })

  it('sends nothing to a port that nobody listens on', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => {
      closed.listen(0, '127.0.0.1', resolve)
    })
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const provider = adapter({ url: `http://127.0.0.1:${port}` })
    expect(await rejection(provider.charge(request('card-ok'), never))).to.be.instanceOf(ProviderUnavailable)
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
        expect(await rejection(provider.lookUp('payment-1', never))).to.be.instanceOf(OutcomeUnknown)
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
    for (const method of ['card-ok', 'card-late']) await rejection(provider.charge(request(method), never))
    await rejection(provider.cancel({ paymentId: 'p', idempotencyKey: 'k' }, never))
    expect(connections).to.equal(1)
    provider.close()
    await new Promise((resolve) => {
      counted.close(resolve)
    })
  })

  it('says whose a payment is', async () => {
    const provider = adapter()
    const outcome = await provider.charge(request('card-ok'), never)
    if (outcome.kind !== 'succeeded') throw new Error(outcome.kind)
    expect(await provider.orderOf?.(outcome.providerPaymentId, never)).to.deep.equal({
      kind: 'found',
      orderId: 'order-1',
    })
    expect(await provider.orderOf?.("another shop's", never)).to.deep.equal({ kind: 'unknown_payment' })
  })

  it('has a refund of a disputed charge for one that failed', async () => {
    const provider = adapter()
    const outcome = await provider.charge(request('card-ok'), never)
    if (outcome.kind !== 'succeeded') throw new Error(outcome.kind)
    const { providerPaymentId, amount, currency } = outcome
    await fetch(`${server.url}/dashboard/disputes`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ providerPaymentId, amount: 5 }),
    })
    const refund = { providerPaymentId, refundId: 'full', attempt: 1, amount, currency, idempotencyKey: 'refund' }
    expect(await provider.refund(refund, never)).to.deep.equal({ kind: 'failed', code: 'charge_disputed' })
  })

  it('holds it against nobody when the caller calls off', async () => {
    const provider = adapter()
    await fault({ kind: 'hang', times: 6 })
    const hung = Array.from({ length: 6 }, () => rejection(provider.lookUp('p', AbortSignal.timeout(50))))
    for (const error of await Promise.all(hung)) expect(error).to.be.instanceOf(OutcomeUnknown)
    expect(provider.breaker()).to.equal('closed')
    expect((await provider.charge(request('card-ok'), never)).kind).to.equal('succeeded')
  })

  it('stops calling after repeated failures, and tries again after a pause', async () => {
    const states: BreakerState[] = []
    const provider = adapter({
      breakerPauseMs: 100,
      onBreaker: (state) => {
        states.push(state)
      },
    })
    await fault({ kind: 'error', times: 5 })
    for (let call = 0; call < 5; call += 1)
      expect(await rejection(provider.lookUp('p', never))).to.be.instanceOf(OutcomeUnknown)
    expect(provider.breaker()).to.equal('open')
    expect(await rejection(provider.charge(request('card-ok'), never))).to.be.instanceOf(ProviderUnavailable)
    expect(await charges()).to.deep.equal([])

    await untilTrue('it would try again', () => provider.breaker() !== 'open', { everyMs: 10 })
    expect((await provider.charge(request('card-ok'), never)).kind).to.equal('succeeded')
    expect(states).to.deep.equal(['open', 'half_open', 'closed'])
  })
})
