import type { ReservationStatus } from '../../domain/inventory/reservation.ts'
import type { OrderLine, Shortage } from '../../domain/orders/events.ts'
import type { OrderStatus } from '../../domain/orders/status.ts'
import type { RefundedLine } from '../../domain/payments/events.ts'
import type { DisputeStatus, OutsideMoney } from '../../domain/payments/outside-money.ts'
import type { PaymentStatus, RefundStatus } from '../../domain/payments/state.ts'
import type { TableDefinition } from '../../infrastructure/projections/table.ts'

/** Of an order's reservation, what people are shown. */
export const fulfilments = ['none', 'reserved', 'released', 'committed'] as const satisfies readonly ReservationStatus[]
export type Fulfilment = (typeof fulfilments)[number]

/** One refund as the fold knows it; the latest attempt's word holds. `duplicate` gives back a charge that was never the order's. */
export type RefundState = {
  readonly attempt: number
  readonly amount: number
  readonly status: RefundStatus
  readonly duplicate: boolean
  /** What it gives back, where it was asked for by line. */
  readonly lines?: readonly RefundedLine[]
}

/** Why a person has to look at an order's money. */
export const attentionReasons = [
  /** Another amount was taken than the order costs, and some of it is kept. */
  'payment_mismatch',
  /** It was taken twice, and the second has not come back yet. */
  'duplicate_charge',
  /** A refund has failed, and its money is still here. */
  'refund_failed',
  /** The customer's bank asks for it. */
  'payment_disputed',
  /** The bank has taken it back, and the order, which is not to be shipped any more, is not cancelled. */
  'dispute_lost',
  /** It is closed, all of it had been asked to go back, and some has come back to us since: a dispute that was won after all, say. */
  'money_kept',
] as const
export type AttentionReason = (typeof attentionReasons)[number]

/** `refund`: null before it is asked for. */
export type DuplicateCharge = {
  readonly providerPaymentId: string
  readonly amount: number
  readonly currency: string
  readonly refund: RefundStatus | null
}

/** An order as people see it. Amounts are minor units of `currency`; what was given and taken back is in the charge's own. No personal data: a name or an address stands in the log alone. */
export type OrderRow = {
  readonly orderId: string
  readonly number: string
  readonly customerId: string
  readonly status: OrderStatus
  /** Why it was rejected or cancelled. */
  readonly reason: string | null
  /** It is still placed, and waits longer than its time for the outcome of its payment. */
  readonly delayed: boolean
  readonly shortages: readonly Shortage[] | null
  readonly lines: readonly OrderLine[]
  /** The lines' SKUs, each once: for the filter, `skus @> array[$1]`. */
  readonly skus: readonly string[]
  readonly total: number
  readonly currency: string
  readonly paymentStatus: PaymentStatus
  /** Where the customer confirms the payment; only while that is asked for. */
  readonly paymentActionUrl: string | null
  /** What was taken, and is kept but for what follows; null before that. With the status `mismatch` it is not what the order costs. */
  readonly charge: { readonly amount: number; readonly currency: string } | null
  /** What was taken beside it, and what has become of giving that back. */
  readonly duplicateCharges: readonly DuplicateCharge[]
  /** Why a person has to look at it. */
  readonly attention: readonly AttentionReason[]
  /** What was given back of the order's charge, in all, whoever did it. */
  readonly refunded: number
  /** How many of each line were given back, by refunds that were asked for by line; in the order of the SKUs. */
  readonly refundedLines: readonly { readonly sku: string; readonly quantity: number }[]
  /** Of the disputes about it: one that is open, else one that is lost, else one that is won. */
  readonly disputeStatus: DisputeStatus | null
  /** What the customer's bank has taken back of it by disputes. */
  readonly chargedBack: number
  /** The fold's own memory, not for showing: the provider's id of the order's charge, our refunds, and what moved without us. */
  readonly providerPaymentId: string | null
  readonly refunds: Readonly<Record<string, RefundState>>
  readonly outside: OutsideMoney
  readonly fulfilment: Fulfilment
  /** Of the stream `order-{id}`. */
  readonly revision: number
  /** Position of OrderPlaced: unique, and in the order of placing. The list's order and its cursor. */
  readonly placedPosition: string
  readonly placedAt: string
  /** Of the last event, of whichever service, that changed the row. */
  readonly updatedAt: string
}

export const ordersTable: TableDefinition<OrderRow> = {
  name: 'orders',
  key: 'orderId',
  columns: {
    orderId: 'text',
    number: 'text',
    customerId: 'text',
    status: 'text',
    reason: 'text null',
    delayed: 'boolean',
    shortages: 'jsonb null',
    lines: 'jsonb',
    skus: 'text[]',
    total: 'bigint',
    currency: 'text',
    paymentStatus: 'text',
    paymentActionUrl: 'text null',
    charge: 'jsonb null',
    duplicateCharges: 'jsonb',
    attention: 'text[]',
    refunded: 'bigint',
    refundedLines: 'jsonb',
    disputeStatus: 'text null',
    chargedBack: 'bigint',
    providerPaymentId: 'text null',
    refunds: 'jsonb',
    outside: 'jsonb',
    fulfilment: 'text',
    revision: 'bigint',
    placedPosition: 'text',
    placedAt: 'timestamptz',
    updatedAt: 'timestamptz',
  },
  // A change of what is indexed writes every index of the table; of that, only what people search by is (decision 34 has what it costs).
  indexes: [
    { columns: ['placedPosition'], unique: true },
    // Few orders have any attention, and few updates change it.
    { columns: ['placedPosition'], whereNotEmpty: 'attention' },
    { columns: ['customerId', 'placedPosition'] },
    { columns: ['status', 'placedPosition'] },
    { columns: ['paymentStatus', 'placedPosition'] },
    { columns: ['number'], using: 'beginning' },
    { columns: ['placedAt'] },
    { columns: ['skus'], using: 'gin' },
  ],
}
