import { expect } from 'chai'
import type { PaymentCommand } from '../../../domain/payments/commands.ts'
import { paymentEvents, type PaymentEvent } from '../../../domain/payments/events.ts'
import { paymentDecider } from '../../../domain/payments/payment.ts'
import { fold } from '../../../domain/shared/decider.ts'
import { orderId, paymentId } from '../../specifications/order-events.ts'
import * as said from '../../specifications/payment-events.ts'
import { rowDecided } from './row-of-command.ts'
import { everyRow, rows, unseen } from './rows.ts'

const requested = said.paymentRequested()
const paid = [requested, said.paymentSucceeded()]
const asked = [...paid, said.refundRequested()]
const failed = [...asked, said.refundFailed()]

const histories: readonly (readonly PaymentEvent[])[] = [
  [],
  [requested],
  [requested, said.paymentActionRequired()],
  [requested, said.paymentOutcomeUnknown()],
  [requested, said.paymentFailed()],
  [requested, said.paymentVoided()],
  [said.paymentVoided()],
  paid,
  [requested, said.paymentMismatchDetected()],
  asked,
  [...asked, said.refundSucceeded()],
  failed,
  [...failed, said.refundSettledManually()],
  [...failed, said.refundWithdrawn()],
  [...failed, said.refundRequested({ refundId: 'another' })],
  [...failed, said.refundWithdrawn(), said.refundRequested({ refundId: 'another' })],
  [...paid, said.refundRequested({ refundId: 'lines', amount: 100, lines: [{ sku: 'A', quantity: 1, ordered: 2 }] })],
  [...paid, said.externalRefundRecorded()],
  [...paid, said.externalRefundFailed()],
  [...paid, said.disputeOpened()],
  [...paid, said.disputeLost()],
  [...paid, said.disputeWon()],
]

const own = { orderId, refundId: 'full' } as const
const later = { providerTime: said.laterProviderTime } as const
const outcome = (
  came: Extract<PaymentCommand, { type: 'RecordPaymentOutcome' }>['outcome'],
  of = paymentId,
): PaymentCommand => ({ type: 'RecordPaymentOutcome', orderId, paymentId: of, outcome: came })
const succeeded = (providerPaymentId: string, amount = 5500) =>
  ({ kind: 'succeeded', providerPaymentId, amount, currency: 'EUR' }) as const
const refund = (refundId: string, amount: number): PaymentCommand => ({
  type: 'RefundPayment',
  orderId,
  refundId,
  amount,
  currency: 'EUR',
  reason: 'broken',
})
const lines = (refundId: string, quantity: number, unitPrice: number): PaymentCommand => ({
  type: 'RefundLines',
  orderId,
  refundId,
  lines: [{ sku: 'A', quantity, ordered: 2, unitPrice }],
  currency: 'EUR',
  reason: 'broken',
})
const told = (came: 'succeeded' | 'failed', isOurs: boolean, of?: string): PaymentCommand => ({
  type: 'RecordToldRefund',
  orderId,
  paymentId: of,
  claim: isOurs ? { refundId: 'full', attempt: 1 } : undefined,
  refund: { providerRefundId: isOurs ? 'pr-1' : 'pr-9', providerPaymentId: 'pp-1', amount: 2000, currency: 'EUR' },
  outcome:
    came === 'succeeded'
      ? { kind: came, providerRefundId: isOurs ? 'pr-1' : 'pr-9', ...later }
      : { kind: came, code: 'account_closed', ...later },
})

const commands: { readonly [Type in PaymentCommand['type']]: readonly PaymentCommand[] } = {
  RequestPayment: [false, true].map((closed) => ({
    type: 'RequestPayment',
    orderId,
    paymentId,
    order: { amount: 5500, currency: 'EUR', method: 'card-ok', closed },
  })),
  RecordPaymentOutcome: [
    outcome(succeeded('pp-1')),
    outcome(succeeded('pp-1', 700)),
    outcome(succeeded('pp-2')),
    outcome(succeeded('pp-1'), orderId),
    outcome({ kind: 'failed', code: 'card_declined' }),
    outcome({ kind: 'action_required', url: 'http://provider.example/confirm' }),
    outcome({ kind: 'unknown' }),
  ],
  VoidOrRefund: [{ type: 'VoidOrRefund', orderId, reason: 'order_cancelled' }],
  RefundPayment: [refund('r', 500), refund('full', 5500), refund('full', 100), refund('r', 6000)],
  RefundLines: [
    lines('r', 1, 100),
    lines('full', 1, 5500),
    lines('lines', 1, 100),
    lines('r', 3, 100),
    lines('r', 2, 5000),
  ],
  RetryRefund: [{ type: 'RetryRefund', ...own }],
  SettleRefund: [{ type: 'SettleRefund', ...own, note: 'by bank transfer' }],
  WithdrawRefund: [{ type: 'WithdrawRefund', ...own, note: 'by another refund' }],
  RecordRefundOutcome: [
    { type: 'RecordRefundOutcome', ...own, attempt: 1, outcome: { kind: 'succeeded', providerRefundId: 'pr-1' } },
    { type: 'RecordRefundOutcome', ...own, attempt: 1, outcome: { kind: 'failed', code: 'account_closed' } },
  ],
  RecordToldRefund: (['succeeded', 'failed'] as const).flatMap((came) => [
    told(came, true),
    told(came, false),
    told(came, false, orderId),
  ]),
  RecordDispute: (['opened', 'won', 'lost'] as const).flatMap((kind) =>
    [undefined, orderId].map((of) => ({
      type: 'RecordDispute',
      orderId,
      paymentId: of,
      dispute: { providerDisputeId: 'dp-1', providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' },
      outcome: { kind, ...later },
    })),
  ),
}

describe('the rows of a payment', () => {
  const decidedRows = new Set(
    Object.values(commands).flatMap((its) =>
      its.flatMap((command) => histories.map((history) => rowDecided(fold(paymentDecider, history), command))),
    ),
  )

  it('are those by which the domain decides', () => {
    expect([...decidedRows].sort()).to.deep.equal([...everyRow].sort())
  })

  it('name every command, and write every event of a payment', () => {
    expect(Object.keys(rows).sort()).to.deep.equal(Object.keys(commands).sort())
    const written = everyRow.flatMap((row) => row.split(' → ')[1]?.split(' + ') ?? [])
    expect([...new Set(written)].sort()).to.deep.equal(Object.keys(paymentEvents).sort())
  })

  it('are seen from outside, but for those of which it is said why not', () => {
    expect(Object.keys(unseen).filter((row) => !everyRow.includes(row))).to.deep.equal([])
  })
})
