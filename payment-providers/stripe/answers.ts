import Stripe from 'stripe'
import { OutcomeUnknown, ProviderUnavailable } from '../port.ts'
import { RateLimited, retryAfterMs } from './rate-limits.ts'
import { neverSentCode } from '../../infrastructure/outside/never-sent.ts'

/** Stripe has said no to this one request: 400, 402 or 404. What that says about the payment, the call knows. */
export class StripeRefused extends Error {
  override readonly name = 'StripeRefused'
  readonly refusal: Stripe.errors.StripeError
  constructor(refusal: Stripe.errors.StripeError) {
    super(summary(refusal))
    this.refusal = refusal
  }
  /** The first answer to this key again: what was refused then is what became of it. */
  get isReplayed(): boolean {
    return this.refusal.headers?.['idempotent-replayed'] === 'true'
  }
  /** Which of its messages it is: some refusals have this and no code. */
  get messageCode(): string | undefined {
    const raw: unknown = this.refusal.raw
    const named = typeof raw === 'object' && raw !== null && 'message_code' in raw ? raw.message_code : undefined
    return typeof named === 'string' ? named : undefined
  }
}

/**
 * There is no such object. Any other refusal is about how it was asked for, and says nothing of whether there is: not even a 404 without
 * that code, as of an address that is none of Stripe's.
 */
export const isMissing = (error: unknown): boolean =>
  error instanceof StripeRefused && error.refusal.code === 'resource_missing'

/** The caller's doing, which says nothing about Stripe. */
export class CalledOff extends OutcomeUnknown {}
/** The same key is being worked on: asked again later, it answers. */
export class StillRunning extends OutcomeUnknown {}
/** The key was used before, for something else. Says nothing about the first request. */
export class KeyReused extends OutcomeUnknown {}
/** Somebody else is changing the same object. */
export class ObjectLocked extends ProviderUnavailable {}
/** Stripe does not accept our secret key, or not for this. Nothing was done. */
export class AccessRefused extends ProviderUnavailable {}
/** The same of disputes, which a restricted key may not be allowed to read: of what is asked else it says nothing. */
export class DisputesRefused extends AccessRefused {}

/** Status and codes; never the message, which may quote the request. */
const summary = ({ statusCode, rawType, code }: Stripe.errors.StripeError): string =>
  ['Stripe answered', statusCode ?? 'no status', rawType, code]
    .filter((part) => typeof part === 'number' || /^[\w ]{1,60}$/.test(part ?? ''))
    .join(' ')

const connectionFault = (error: Stripe.errors.StripeConnectionError): Error => {
  const code = neverSentCode(error.detail)
  return code === undefined
    ? new OutcomeUnknown('Stripe gave no answer', { cause: error })
    : new ProviderUnavailable(`Stripe can't be reached: ${code}`, { cause: error })
}

/**
 * What an error of the package says about the request. Only a 2xx, a 402, and a 400 or 404 settle it; a 5xx says nothing, not even when
 * it is the stored answer to a key (docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level: "indeterminate").
 */
export const faultOf = (error: unknown, now = new Date()): unknown => {
  if (error instanceof Stripe.errors.StripeConnectionError) return connectionFault(error)
  if (!(error instanceof Stripe.errors.StripeError)) return error
  const said = summary(error)
  // By its type: which status it comes with is not documented.
  if (error.rawType === 'idempotency_error') return new KeyReused(said)
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return error.code === 'lock_timeout'
      ? new ObjectLocked(said)
      : new RateLimited(said, retryAfterMs(error.headers, now))
  switch (error.statusCode) {
    case 400:
    case 402:
    case 404:
      return new StripeRefused(error)
    case 401:
    case 403:
      return new AccessRefused(said)
    case 409:
      return new StillRunning(said)
    default:
      return new OutcomeUnknown(said, { cause: error })
  }
}

/** Whether it says something about Stripe as a whole, and not about one call. */
export const countsAgainstStripe = (error: unknown): boolean =>
  ![CalledOff, StillRunning, KeyReused, ObjectLocked, StripeRefused, DisputesRefused].some(
    (kind) => error instanceof kind,
  )

/** An answer that is the stored one of an earlier request under the key: the object may have changed since. */
export const isReplayed = (answer: Stripe.Response<unknown>): boolean => {
  // With the package's fetch client they are what fetch gives, which the package's types do not know.
  const headers: unknown = answer.lastResponse.headers
  return headers instanceof Headers && headers.get('idempotent-replayed') === 'true'
}
