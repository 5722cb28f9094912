import { expect } from 'chai'
import type { BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import {
  OutcomeUnknown,
  ProviderUnavailable,
  type ChargeRequest,
  type ConnectedProvider,
  type ConnectionOptions,
  type PaymentProvider,
} from '../../payment-providers/port.ts'
import { freePort } from '../../embedded/ports.ts'
import { rejection } from '../support/rejection.ts'
import { untilTrue } from '../support/until.ts'

/** What goes wrong with a call: no answer at all, a connection that is cut, a broken server; the last one after it has done its work. */
export type Fault = 'hang' | 'drop' | 'error' | 'error_after'

export type ProviderUnderTest = {
  /** A connection with options of its own; closed by `close`. */
  connect(options?: ConnectionOptions): ConnectedProvider
  /** The same, to an address that nobody listens on. */
  connectTo(port: number): ConnectedProvider
  readonly methods: { readonly ok: string; readonly declined: string; readonly toConfirm: string }
  fail(fault: Fault, times?: number): Promise<void>
  /** Of how many charges the money has been taken. */
  captured(): Promise<number>
  close(): Promise<void>
}

export const never = new AbortController().signal
const began = new Date()
export const sought = (paymentId: string) => ({ paymentId, notBefore: async () => began })
export const orderId = '0190f000-0000-7000-8000-000000000001'
export const chargeRequest = (method: string, changes: Partial<ChargeRequest> = {}): ChargeRequest => ({
  paymentId: '0190f000-0000-7000-8000-00000000000a',
  orderId,
  amount: 1999,
  currency: 'EUR',
  method,
  idempotencyKey: 'key-1',
  ...changes,
})
const paymentId = chargeRequest('').paymentId

export const chargeSucceeds = async (provider: PaymentProvider, request: ChargeRequest) => {
  const outcome = await provider.charge(request, never)
  if (outcome.kind !== 'succeeded') throw new Error(`expected a charge, got ${JSON.stringify(outcome)}`)
  return outcome
}

/** What the processors rest on, of every provider that they can be given. */
export const describeProvider = (name: string, start: () => Promise<ProviderUnderTest>): void => {
  describe(`${name}, as every payment provider`, () => {
    let under: ProviderUnderTest
    let provider: ConnectedProvider
    beforeEach(async () => {
      under = await start()
      provider = under.connect({ timeLimitMs: 2_000 })
    })
    afterEach(() => under.close())

    it('charges once, however often it is asked under one key', async () => {
      const outcome = await chargeSucceeds(provider, chargeRequest(under.methods.ok))
      const { providerPaymentId } = outcome
      expect(outcome).to.deep.equal({ kind: 'succeeded', providerPaymentId, amount: 1999, currency: 'EUR' })
      expect(await provider.lookUp(sought(paymentId), never)).to.deep.equal(outcome)
      const again = chargeRequest(under.methods.ok, { sentBefore: true })
      expect(await provider.charge(again, never)).to.deep.equal(outcome)
      expect(await under.captured()).to.equal(1)
    })

    it('tells of a declined card and of one to confirm', async () => {
      const { declined, toConfirm } = under.methods
      expect(await provider.charge(chargeRequest(declined), never)).to.deep.equal({
        kind: 'failed',
        code: 'card_declined',
      })
      expect(await provider.lookUp(sought(paymentId), never)).to.deep.equal({ kind: 'failed', code: 'card_declined' })
      const other = chargeRequest(toConfirm, { paymentId: orderId, idempotencyKey: 'key-2' })
      const action = await provider.charge(other, never)
      expect(action.kind).to.equal('action_required')
      expect(action.kind === 'action_required' && new URL(action.url).protocol).to.equal('http:')
      expect(await under.captured()).to.equal(0)
    })

    it('knows nothing definite of a charge that was not answered, until it asks', async () => {
      await under.fail('error_after')
      expect(await rejection(provider.charge(chargeRequest(under.methods.ok), never))).to.be.instanceOf(OutcomeUnknown)
      const found = await provider.lookUp(sought(paymentId), never)
      expect(found).to.include({ kind: 'succeeded', amount: 1999, currency: 'EUR' })
      expect(await under.captured()).to.equal(1)
    })

    it('has no definite answer when the other side hangs, hangs up, or breaks', async () => {
      const hasty = under.connect({ timeLimitMs: 250 })
      for (const fault of ['hang', 'drop', 'error'] as const) {
        await under.fail(fault)
        expect(await rejection(hasty.charge(chargeRequest(under.methods.ok), never)), fault).to.be.instanceOf(
          OutcomeUnknown,
        )
      }
      expect(await under.captured()).to.equal(0)
    })

    it('cancels what is not captured, and says so of what is and of what it never heard of', async () => {
      const cancel = (id: string) => provider.cancel({ ...sought(id), idempotencyKey: `cancel-${id}` }, never)
      expect(await cancel(paymentId)).to.deep.equal({ kind: 'unknown_payment' })
      expect(await provider.lookUp(sought(paymentId), never)).to.deep.equal({ kind: 'unknown_payment' })
      const captured = await chargeSucceeds(provider, chargeRequest(under.methods.ok))
      expect(await cancel(paymentId)).to.deep.equal(captured)
      const other = { paymentId: orderId, idempotencyKey: 'key-2' }
      await provider.charge(chargeRequest(under.methods.toConfirm, other), never)
      expect(await cancel(orderId)).to.deep.equal({ kind: 'cancelled' })
      expect(await provider.lookUp(sought(orderId), never)).to.deep.equal({ kind: 'cancelled' })
    })

    it('refunds up to what was captured, each attempt once', async () => {
      const { providerPaymentId } = await chargeSucceeds(provider, chargeRequest(under.methods.ok))
      const identity = (refundId: string, attempt = 1) => ({ providerPaymentId, refundId, attempt })
      const refund = (refundId: string, amount: number) =>
        provider.refund(
          { orderId, ...identity(refundId), amount, currency: 'EUR', idempotencyKey: `${refundId}-1` },
          never,
        )
      const outcome = await refund('part', 999)
      expect(outcome.kind).to.equal('succeeded')
      expect(await refund('part', 999)).to.deep.equal(outcome)
      expect(await provider.lookUpRefund(identity('part'), never)).to.deep.equal(outcome)
      expect(await refund('too-much', 1001)).to.deep.equal({ kind: 'failed', code: 'refund_exceeds_payment' })
      expect((await refund('rest', 1000)).kind).to.equal('succeeded')
      expect(await provider.lookUpRefund(identity('rest', 2), never)).to.deep.equal({ kind: 'unknown_refund' })
    })

    it('says whose a payment is, where it can be asked that', async () => {
      const { providerPaymentId } = await chargeSucceeds(provider, chargeRequest(under.methods.ok))
      expect(await provider.orderOf?.(providerPaymentId, never)).to.deep.equal({ kind: 'found', orderId, paymentId })
      expect(await provider.orderOf?.('of_nobody', never)).to.deep.equal({ kind: 'unknown_payment' })
    })

    it('has no definite answer when the caller calls it off, holds it against nobody, and sends nothing after that', async () => {
      await under.fail('hang', 6)
      const off = new AbortController()
      const hung = Array.from({ length: 6 }, (_, call) =>
        rejection(provider.charge(chargeRequest(under.methods.ok, { idempotencyKey: `key-${call}` }), off.signal)),
      )
      off.abort()
      for (const error of await Promise.all(hung)) expect(error).to.be.instanceOf(OutcomeUnknown)
      expect(provider.breaker()).to.equal('closed')
      const after = provider.charge(chargeRequest(under.methods.ok), off.signal)
      expect(await rejection(after)).to.be.instanceOf(ProviderUnavailable)
    })

    it('sends nothing to a port that nobody listens on', async () => {
      const nobody = under.connectTo(await freePort())
      expect(await rejection(nobody.charge(chargeRequest(under.methods.ok), never))).to.be.instanceOf(
        ProviderUnavailable,
      )
    })

    it('stops calling after repeated failures, and tries again after a pause', async () => {
      const states: BreakerState[] = []
      const watched = under.connect({
        timeLimitMs: 2_000,
        breakerPauseMs: 100,
        onBreaker: (state) => {
          states.push(state)
        },
      })
      await under.fail('error', 5)
      for (let call = 0; call < 5; call += 1)
        expect(await rejection(watched.charge(chargeRequest(under.methods.ok), never))).to.be.instanceOf(OutcomeUnknown)
      expect(watched.breaker()).to.equal('open')
      expect(await rejection(watched.charge(chargeRequest(under.methods.ok), never))).to.be.instanceOf(
        ProviderUnavailable,
      )
      await untilTrue('it would try again', () => watched.breaker() !== 'open', { everyMs: 10 })
      await chargeSucceeds(watched, chargeRequest(under.methods.ok))
      expect(states).to.deep.equal(['open', 'half_open', 'closed'])
    })
  })
}
