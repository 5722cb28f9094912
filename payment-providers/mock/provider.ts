import { z } from 'zod'
import { neverSentCode } from '../../infrastructure/outside/never-sent.ts'
import { withSignalWithin } from '../../infrastructure/time/time-limit.ts'
import { circuitBreaker } from '../../infrastructure/outside/circuit-breaker.ts'
import { mockListing } from './listing.ts'
import { jsonCalls, type JsonAnswer, type JsonCall } from './json-calls.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../port.ts'
import type { ChargeResult, ConnectedProvider, ConnectionOptions, RefundResult } from '../port.ts'

export type MockProviderOptions = ConnectionOptions & { url: string }

const charge = z.object({ id: z.string().min(1), amount: z.int().positive(), currency: z.string() })
const code = z.string().min(1).default('declined')
const chargeAnswer = z.discriminatedUnion('status', [
  charge.extend({ status: z.literal('succeeded') }),
  charge.extend({ status: z.literal('pending') }),
  charge.extend({ status: z.literal('cancelled') }),
  charge.extend({ status: z.literal('action_required'), url: z.url() }),
  charge.extend({ status: z.literal('failed'), code }),
])
const refundAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('succeeded'), id: z.string().min(1) }),
  z.object({ status: z.literal('pending') }),
  z.object({ status: z.literal('failed'), code }),
])
const owned = z.object({ orderId: z.string().min(1), paymentId: z.string().min(1) })
const ours = z.object({ orderId: z.uuid(), paymentId: z.uuid() })
const problem = z.object({ error: z.string() })
const captured = z.object({ error: z.literal('already_captured'), charge: chargeAnswer })

/** The caller's doing, which says nothing about the provider: the breaker does not count it. */
class CalledOff extends OutcomeUnknown {}

const isError = (answer: JsonAnswer, name: string) => problem.safeParse(answer.body).data?.error === name

/** An answer that is neither what was asked for nor a known "no" tells nothing about the money. Of its text, which goes into the log, a code at most. */
const strange = ({ status, body }: JsonAnswer) => {
  const said = problem.safeParse(body).data?.error ?? ''
  return new OutcomeUnknown(`the provider answered ${status}${/^\w{1,60}$/.test(said) ? `: ${said}` : ''}`)
}

const chargeResult = (answer: JsonAnswer): ChargeResult => {
  if (answer.status === 404 && isError(answer, 'unknown_payment')) return { kind: 'unknown_payment' }
  const data = chargeAnswer.safeParse(answer.body).data ?? captured.safeParse(answer.body).data?.charge
  switch (data?.status) {
    case 'succeeded':
      return { kind: 'succeeded', providerPaymentId: data.id, amount: data.amount, currency: data.currency }
    case 'failed':
      return { kind: 'failed', code: data.code }
    case 'action_required':
      return { kind: 'action_required', url: data.url }
    case 'pending':
      return { kind: 'pending' }
    case 'cancelled':
      return { kind: 'cancelled' }
    case undefined:
      throw strange(answer)
  }
}

const refundResult = (answer: JsonAnswer): RefundResult => {
  if (answer.status === 404 && isError(answer, 'unknown_refund')) return { kind: 'unknown_refund' }
  if (answer.status === 404 && isError(answer, 'unknown_payment')) return { kind: 'failed', code: 'unknown_payment' }
  if (answer.status === 422) return { kind: 'failed', code: problem.safeParse(answer.body).data?.error ?? 'refused' }
  const { data } = refundAnswer.safeParse(answer.body)
  switch (data?.status) {
    case 'succeeded':
      return { kind: 'succeeded', providerRefundId: data.id }
    case 'failed':
      return { kind: 'failed', code: data.code }
    case 'pending':
      return { kind: 'pending' }
    case undefined:
      throw strange(answer)
  }
}

/** The mock provider over HTTP, behind a circuit breaker. */
export const mockPaymentProvider = (options: MockProviderOptions): ConnectedProvider => {
  const { url, timeLimitMs = 10_000, breakerPauseMs, onBreaker } = options

  const calls = jsonCalls(url)

  const call = async (request: JsonCall, signal: AbortSignal): Promise<JsonAnswer> => {
    try {
      const answer = await withSignalWithin(signal, timeLimitMs, (limited) => calls.call(request, limited))
      if (answer.status < 500) return answer
      throw strange(answer)
    } catch (error) {
      if (signal.aborted) throw new CalledOff('called off before the provider answered', { cause: error })
      if (error instanceof OutcomeUnknown) throw error
      const cause = neverSentCode(error)
      if (cause !== undefined)
        throw new ProviderUnavailable(`the provider can't be reached: ${cause}`, { cause: error })
      throw new OutcomeUnknown(`the provider gave no answer: ${String(error)}`, { cause: error })
    }
  }

  const breaker = circuitBreaker(call, {
    timeLimitMs,
    pauseMs: breakerPauseMs,
    counts: (error) => !(error instanceof CalledOff),
    saysNothing: (error) => error instanceof CalledOff,
    onState: onBreaker,
  })

  const fire = async (request: JsonCall, signal: AbortSignal): Promise<JsonAnswer> => {
    if (signal.aborted) throw new ProviderUnavailable('called off before it was sent')
    return breaker.fire(request, signal)
  }
  const paymentPath = (paymentId: string) => `/v1/payments/${encodeURIComponent(paymentId)}`

  return {
    charge: async ({ idempotencyKey: key, sentBefore: _, ...body }, signal) =>
      chargeResult(await fire({ method: 'POST', path: '/v1/charges', key, body }, signal)),
    cancel: async ({ paymentId, idempotencyKey: key }, signal) =>
      chargeResult(await fire({ method: 'POST', path: `${paymentPath(paymentId)}/cancel`, key }, signal)),
    lookUp: async ({ paymentId }, signal) =>
      chargeResult(await fire({ method: 'GET', path: paymentPath(paymentId) }, signal)),
    refund: async ({ idempotencyKey: key, sentBefore: _, orderId: __, ...body }, signal) =>
      refundResult(await fire({ method: 'POST', path: '/v1/refunds', key, body }, signal)),
    lookUpRefund: async ({ providerPaymentId, refundId, attempt }, signal) => {
      const query = new URLSearchParams({ providerPaymentId, refundId, attempt: String(attempt) })
      return refundResult(await fire({ method: 'GET', path: `/v1/refunds?${query.toString()}` }, signal))
    },
    orderOf: async (providerPaymentId, signal) => {
      const path = `/v1/charges/${encodeURIComponent(providerPaymentId)}`
      const answer = await fire({ method: 'GET', path }, signal)
      if (answer.status === 404 && isError(answer, 'unknown_payment')) return { kind: 'unknown_payment' }
      const { data } = owned.safeParse(answer.body)
      if (answer.status !== 200 || data === undefined) throw strange(answer)
      const { data: ids } = ours.safeParse(data)
      return ids === undefined ? { kind: 'unknown_payment' } : { kind: 'found', ...ids }
    },
    listing: mockListing((path, signal) => fire({ method: 'GET', path }, signal)),
    breaker: () => breaker.state(),
    isPaused: () => false,
    close: () => {
      breaker.close()
      calls.close()
    },
  }
}
