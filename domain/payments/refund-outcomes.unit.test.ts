import { orderId } from '../../test/specifications/order-events.ts'
import {
  laterProviderTime,
  providerTime,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import { everyState, given, paid } from '../../test/specifications/refunds.ts'
import type { PaymentCommand, RefundOutcome } from './commands.ts'

const outcome = (said: RefundOutcome, attempt = 1): PaymentCommand => ({
  type: 'RecordRefundOutcome',
  orderId,
  refundId: 'full',
  attempt,
  outcome: said,
})
const nobodyKnowsIt = {
  none: 'refund_not_found',
  requested: 'refund_not_found',
  failed: 'refund_not_found',
  voided: 'refund_not_found',
  succeeded: 'refund_not_found',
  mismatch: 'refund_not_found',
} as const

describe('a refund: the provider says succeeded', () => {
  everyState(outcome({ kind: 'succeeded', providerRefundId: 'pr-1', providerTime }), {
    ...nobodyKnowsIt,
    'refund requested': [refundSucceeded()],
    'refund succeeded': [],
    'refund failed': [],
    'refund failed after it succeeded': [],
    'refund failed, its amount given back otherwise': [],
    'refund requested again': [],
    'refund settled by hand': [],
    'refund withdrawn': [],
  })

  it('of the second attempt', () => {
    given(...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 }))
      .when(outcome({ kind: 'succeeded', providerRefundId: 'pr-2', providerTime }, 2))
      .then(refundSucceeded({ attempt: 2, providerRefundId: 'pr-2' }))
  })

  it('of an attempt that was never made: nobody knows it', () => {
    given(...paid, refundRequested())
      .when(outcome({ kind: 'succeeded', providerRefundId: 'pr-2' }, 2))
      .thenRefused('refund_not_found')
  })
})

describe('a refund: the provider says failed', () => {
  everyState(outcome({ kind: 'failed', code: 'account_closed', providerTime: laterProviderTime }), {
    ...nobodyKnowsIt,
    'refund requested': [refundFailed({ providerTime: laterProviderTime })],
    'refund succeeded': [refundFailed({ providerTime: laterProviderTime })],
    'refund failed': [],
    'refund failed after it succeeded': [],
    'refund failed, its amount given back otherwise': [],
    'refund requested again': [],
    'refund settled by hand': [],
    'refund withdrawn': [],
  })

  const failedAt = (time?: string): PaymentCommand =>
    outcome({ kind: 'failed', code: 'account_closed', ...(time === undefined ? {} : { providerTime: time }) })

  it("after a success only when the provider's own time is later", () => {
    given(...paid, refundRequested(), refundSucceeded())
      .when(failedAt(providerTime))
      .thenNothing()
    given(...paid, refundRequested(), refundSucceeded())
      .when(failedAt('2026-03-01T11:59:59.999Z'))
      .thenNothing()
    given(...paid, refundRequested(), refundSucceeded())
      .when(failedAt('2026-03-01T12:00:00.001Z'))
      .then(refundFailed({ providerTime: '2026-03-01T12:00:00.001Z' }))
  })

  it('after a success that came without a time: what is told later with a time wins, without one it does not', () => {
    const { providerTime: _, ...success } = refundSucceeded()
    given(...paid, refundRequested(), success)
      .when(failedAt(providerTime))
      .then(refundFailed())
    given(...paid, refundRequested(), success)
      .when(failedAt())
      .thenNothing()
  })
})

describe('a refund: events that cannot apply', () => {
  it('the outcome of an older attempt does not settle the newer one', () => {
    const again = [...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 })] as const
    for (const old of [refundSucceeded(), refundFailed()]) {
      given(...again, old)
        .when(outcome({ kind: 'succeeded', providerRefundId: 'pr-1', providerTime }, 2))
        .then(refundSucceeded({ attempt: 2 }))
    }
  })

  it('a refund that has not failed is not begun again', () => {
    given(...paid, refundRequested(), refundSucceeded(), refundRequested({ attempt: 2 }))
      .when(outcome({ kind: 'failed', code: 'account_closed', providerTime: laterProviderTime }))
      .then(refundFailed({ providerTime: laterProviderTime }))
  })
})
