import { orderDecider } from '../../domain/orders/order.ts'
import type { ProviderOutcome } from '../../domain/payments/commands.ts'
import { openRequestOf, paymentDecider, type Payment, type PaymentRequested } from '../../domain/payments/payment.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { HeldBack, OutcomeUnknown, ProcessStopping, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import type { ChargeResult, PaymentProvider } from '../../payment-providers/port.ts'
import { isNeverSent, type Lease } from './leases.ts'
import type { CallLimit } from './call-limit.ts'
import type { Intent } from './intent.ts'
import type { OutcomeContext } from './outcome-context.ts'
import type { Effect, InHand, Performed } from './perform.ts'

export type ProviderEffectDependencies = {
  readonly commands: CommandHandling
  readonly provider: PaymentProvider
  readonly limit: CallLimit
  readonly contextOf: OutcomeContext
  readonly newId: () => string
  readonly now: () => Date
  /** For how long the provider knows an idempotency key again. */
  readonly idempotencyKeyTtlMs: number
  /** When the order's payment was asked for. */
  readonly requestedAt: (orderId: string) => Promise<Date>
}

const calledOff: ProviderOutcome = { kind: 'failed', code: 'cancelled' }

/** What the provider's result means for the payment; undefined where it means "not yet". */
export const outcomeOf = (result: ChargeResult): ProviderOutcome | undefined => {
  switch (result.kind) {
    case 'succeeded':
    case 'failed':
    case 'action_required':
      return result
    case 'cancelled':
      return calledOff
    case 'pending':
    case 'unknown_payment':
      return undefined
  }
}

/** The provider has not heard of it: to a cancel that is an outcome, there is nothing to cancel. */
export const outcomeOfCancel = (result: ChargeResult): ProviderOutcome | undefined =>
  result.kind === 'unknown_payment' ? calledOff : outcomeOf(result)

const completed: Performed = { kind: 'completed' }
const open = (why: string): Extract<Performed, { readonly kind: 'open' }> => ({ kind: 'open', why })
const unsent = (why: string) => ({ ...open(why), unsent: true })

/** A look at the order that is older is taken again before money is asked for. */
const recentMs = 1_000

/** Charges what was requested, or cancels a charge whose payment is voided by now. */
export const chargeOrCancel = (dependencies: ProviderEffectDependencies): Effect => {
  const { commands, provider, limit, contextOf, newId, now, idempotencyKeyTtlMs, requestedAt } = dependencies

  const record = async (intent: Intent, paymentId: string, outcome: ProviderOutcome): Promise<Payment> => {
    const { orderId } = intent
    const command = { type: 'RecordPaymentOutcome', orderId, paymentId, outcome } as const
    return (await commands.handle(paymentDecider, streams.payment(orderId), command, contextOf(intent))).state
  }

  const create = (
    { orderId, paymentId, amount, currency, method, idempotencyKey }: PaymentRequested,
    { neverSent }: Lease,
  ): Promise<ChargeResult> =>
    limit((signal) =>
      provider.charge({ orderId, paymentId, amount, currency, method, idempotencyKey, sentBefore: !neverSent }, signal),
    )

  /** Undefined: not yet. @throws OutcomeUnknown when it may have been sent, ProviderUnavailable when it has not */
  const charge = async (
    intent: Intent,
    request: PaymentRequested,
    lease: Lease,
  ): Promise<ProviderOutcome | undefined> => {
    const keyExpired = now().getTime() - intent.since.getTime() >= idempotencyKeyTtlMs
    // Within the life of its key a create is safe in any case; before one that may have been sent, a look also finds what has become of it.
    if (lease.neverSent && !keyExpired) return outcomeOf(await create(request, lease))
    // Perhaps asked before: a create would come to its first result again. Or too old to be asked again: it could be a second charge.
    const found = await lookUp(request.paymentId, intent.since)
    if (found.kind !== 'unknown_payment') return outcomeOf(found)
    return keyExpired ? { kind: 'failed', code: 'never_charged' } : outcomeOf(await create(request, lease))
  }

  const lookUp = async (paymentId: string, since: Date): Promise<ChargeResult> => {
    try {
      return await limit((signal) => provider.lookUp({ paymentId, notBefore: async () => since }, signal))
    } catch (error) {
      // A look-up without a result leaves nothing uncertain that was certain before.
      if (error instanceof OutcomeUnknown)
        throw new ProviderUnavailable('the look-up was not answered', { cause: error })
      throw error
    }
  }

  const isWaiting = async ({ orderId }: Intent, seen: InHand['order']): Promise<boolean> => {
    const isRecent = seen !== undefined && now().getTime() - seen.at.getTime() <= recentMs
    const order = isRecent ? seen.state : (await commands.load(orderDecider, streams.order(orderId))).state
    return order.status === 'placed'
  }

  const performCharge = async (
    intent: Intent,
    request: PaymentRequested,
    lease: Lease,
    seen: InHand['order'],
  ): Promise<Performed> => {
    // Closed, and the void is on its way: from then on there is only something to cancel.
    if (!(await isWaiting(intent, seen))) return unsent('the order is not waiting for money')
    try {
      const outcome = await charge(intent, request, lease)
      if (outcome === undefined) return open('the provider has it in hand')
      return openRequestOf(await record(intent, request.paymentId, outcome)) === undefined
        ? completed
        : open(outcome.kind)
    } catch (error) {
      if (error instanceof HeldBack || error instanceof ProcessStopping) return unsent(error.message)
      if (error instanceof ProviderUnavailable) return { ...unsent(error.message), unanswered: true }
      if (!(error instanceof OutcomeUnknown)) throw error
      await record(intent, request.paymentId, { kind: 'unknown' })
      return { ...open(error.message), unanswered: true }
    }
  }

  const performCancel = async (intent: Intent, { paymentId }: PaymentRequested, lease: Lease): Promise<Performed> => {
    // Where anybody may have sent it, only the provider knows.
    if (lease.neverSent && isNeverSent(lease, await requestedAt(intent.orderId))) {
      await record(intent, paymentId, calledOff)
      return completed
    }
    try {
      // A key of its own each time: cancelling twice does nothing, and the first result again may be out of date.
      const result = await limit((signal) =>
        provider.cancel(
          { paymentId, notBefore: () => requestedAt(intent.orderId), idempotencyKey: `cancel-${newId()}` },
          signal,
        ),
      )
      const outcome = outcomeOfCancel(result)
      if (outcome === undefined) return open('the provider has it in hand')
      return openRequestOf(await record(intent, paymentId, outcome)) === undefined ? completed : open(outcome.kind)
    } catch (error) {
      if (error instanceof ProviderUnavailable || error instanceof OutcomeUnknown) return open(error.message)
      throw error
    }
  }

  return async (intent, { lease, inHand, isFirst }) => {
    const event = inHand?.recorded.event
    if (isFirst && event?.type === 'PaymentRequested') return performCharge(intent, event, lease, inHand?.order)
    const payment = (await commands.load(paymentDecider, streams.payment(intent.orderId))).state
    const request = openRequestOf(payment)
    if (request === undefined) return completed
    return payment.status === 'voided'
      ? performCancel(intent, request, lease)
      : performCharge(intent, request, lease, inHand?.order)
  }
}
