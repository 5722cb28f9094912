import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { StripeFailure } from './objects.ts'

/**
 * What can go wrong with a request. `slow`: answered late, and in time. `hang`, `drop`: before anything is done. `hang_after`: done, and not answered. `lost`: done, and the connection is cut. `cut`: done, and the
 * answer breaks off in its body. `error`: a 500 before the endpoint began; `error_stored`: a 500 that its key keeps, nothing done;
 * `error_after`: done, and a 500 that its key keeps. `proxy`: not from Stripe at all. `rate_limit`: docs.stripe.com/rate-limits.
 * `balance_too_low`: of a refund that the account has too little for, and may not overdraw: github.com/Automattic/woocommerce-payments/issues/10025.
 */
export const faultKinds = [
  'slow',
  'hang',
  'drop',
  'lost',
  'hang_after',
  'cut',
  'error',
  'error_stored',
  'error_after',
  'proxy',
  'rate_limit',
  'rate_limit_for_seven_seconds',
  'lock_timeout',
  'unauthorized',
  'forbidden',
  'conflict',
  'dependency',
  'unknown_parameter',
  'balance_too_low',
] as const
export type FaultKind = (typeof faultKinds)[number]

const serverError = (how: { readonly stored: boolean; readonly undone?: boolean }) =>
  new StripeFailure(500, { type: 'api_error', message: 'An unknown error occurred' }, how)
const refusal = (status: number, code?: string, headers: StripeFailure['headers'] = {}) =>
  new StripeFailure(
    status,
    { type: 'invalid_request_error', ...(code === undefined ? {} : { code }), message: 'not now' },
    { stored: false, headers },
  )

const balanceTooLow = new StripeFailure(400, {
  type: 'invalid_request_error',
  message_code: 'insufficient_balance_for_refund',
  message: 'Insufficient funds in your Stripe balance to refund this amount.',
})

/** Thrown before the endpoint begins. */
export const faultBefore = (kind: FaultKind | undefined): void => {
  switch (kind) {
    case 'error':
      throw serverError({ stored: false })
    case 'rate_limit':
      throw refusal(429, 'rate_limit')
    case 'rate_limit_for_seven_seconds':
      throw refusal(429, 'rate_limit', { 'retry-after': '7' })
    case 'lock_timeout':
      throw refusal(429, 'lock_timeout')
    case 'unauthorized':
      throw refusal(401)
    case 'forbidden':
      throw refusal(403)
    case 'conflict':
      throw refusal(409, 'idempotency_key_in_use')
    case 'dependency':
      throw refusal(424)
    case 'unknown_parameter':
      throw refusal(400, 'parameter_unknown')
    case 'balance_too_low':
    case 'slow':
    case 'hang':
    case 'hang_after':
    case 'drop':
    case 'lost':
    case 'cut':
    case 'error_stored':
    case 'error_after':
    case 'proxy':
    case undefined:
  }
}

/** The endpoint's own work, and what goes wrong in it. */
export const faultWithin = async (kind: FaultKind | undefined, work: () => unknown): Promise<unknown> => {
  if (kind === 'balance_too_low') throw balanceTooLow
  if (kind === 'error_stored') throw serverError({ stored: true, undone: true })
  const done = work()
  if (kind === 'error_after') throw serverError({ stored: true })
  return done
}

const slowMs = 700

/** True when the answer has been dealt with. */
export const faultOfAnswer = async (kind: FaultKind | undefined, response: ServerResponse): Promise<boolean> => {
  switch (kind) {
    case 'slow':
      await pause(slowMs)
      return false
    case 'hang_after':
      return true
    case 'lost':
      response.socket?.destroy()
      return true
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' }).write('{"id":')
      setImmediate(() => response.socket?.destroy())
      return true
    case 'proxy':
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')
      return true
    default:
      return false
  }
}
