import { z } from 'zod'
import { shortageSchema } from '../../domain/orders/events.ts'
import { orderStatuses } from '../../domain/orders/status.ts'
import { disputeStatuses } from '../../domain/payments/outside-money.ts'
import { paymentStatuses, refundStatuses, type RefundStatus } from '../../domain/payments/state.ts'
import { actorSchema } from '../../domain/shared/actor.ts'
import { moneySchema } from '../../domain/shared/money.ts'
import { shownTo, type Reader } from '../../domain/visibility.ts'
import { attentionReasons, fulfilments, type DuplicateCharge } from '../../projections/orders/table.ts'
import type { TimelineRow } from '../../projections/timeline/table.ts'
import { staleField, staleIn } from '../stale.ts'
import type { ShownOrder, TimelineOfOrder } from './queries.ts'

export const orderView = z
  .strictObject({
    orderId: z.uuid(),
    number: z.string(),
    customerId: z.string(),
    status: z.enum(orderStatuses),
    reason: z.string().optional(),
    delayed: z.literal(true).optional().meta({
      description:
        'There only where it is so: the order waits longer than its time for the outcome of its payment, and keeps what is reserved for it',
    }),
    shortages: z.array(shortageSchema).optional(),
    lines: z.array(
      z.strictObject({
        sku: z.string(),
        name: z.string(),
        quantity: z.int(),
        unitPrice: moneySchema,
        refunded: z.int().optional().meta({
          description:
            'How many were given back, by refunds that were asked for by line; there only where there are any',
        }),
      }),
    ),
    total: moneySchema,
    payment: z.strictObject({
      status: z.enum(paymentStatuses),
      actionUrl: z.string().optional(),
      captured: moneySchema.optional().meta({
        description: 'What was taken; with the status `mismatch` that is not what the order costs',
      }),
      duplicates: z
        .array(
          z.strictObject({
            providerPaymentId: z.string().optional().meta({ description: 'Shown to operators' }),
            amount: moneySchema,
            refund: z.enum(refundStatuses).optional().meta({
              description:
                'What has become of giving it back; `failed` is shown to operators, as `requested` to the customer',
            }),
          }),
        )
        .optional()
        .meta({ description: 'What was taken beside it; there only where something was' }),
      refunded: moneySchema.meta({
        description:
          'Given back, by the shop or in the provider’s own dashboard; in the currency of what was taken, as is `chargedBack`',
      }),
      dispute: z.enum(disputeStatuses).optional().meta({
        description: 'The customer disputes the payment: `open` and `lost` keep the order from being shipped',
      }),
      chargedBack: moneySchema.meta({ description: 'Taken back by the customer’s bank, by disputes that were lost' }),
    }),
    attention: z.array(z.enum(attentionReasons)).optional().meta({
      description: 'Why a person has to look at the order’s money; there only where one has to, and shown to operators',
    }),
    fulfilment: z.enum(fulfilments),
    revision: z.int(),
    placedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    stale: staleField,
  })
  .meta({ id: 'Order' })
export type OrderView = z.infer<typeof orderView>

/** That a refund failed is for operators, who try again or settle it: to the customer it is still on its way. */
const refundSeenBy = (reader: Reader, refund: RefundStatus): RefundStatus =>
  reader === 'customer' && refund === 'failed' ? 'requested' : refund

const viewOfDuplicate = (
  { providerPaymentId, amount, currency, refund }: DuplicateCharge,
  reader: Reader,
): NonNullable<OrderView['payment']['duplicates']>[number] => ({
  ...(reader === 'operator' ? { providerPaymentId } : {}),
  amount: { amount, currency },
  ...(refund === null ? {} : { refund: refundSeenBy(reader, refund) }),
})

/** As `domain/visibility.ts` says of the events that it is made of. */
export const viewOfOrder = (row: ShownOrder, reader: Reader): OrderView => {
  const {
    orderId,
    number,
    customerId,
    status,
    reason,
    delayed,
    shortages,
    lines,
    currency,
    paymentActionUrl,
    fulfilment,
    revision,
    placedAt,
    updatedAt,
  } = row
  const money = (amount: number) => ({ amount, currency })
  const ofCharge = (amount: number) => ({ amount, currency: row.charge?.currency ?? currency })
  return {
    orderId,
    number,
    customerId,
    status,
    ...(reason === null ? {} : { reason }),
    ...(delayed ? { delayed } : {}),
    ...(shortages === null ? {} : { shortages: [...shortages] }),
    lines: lines.map(({ sku, name, quantity, unitPrice }) => {
      const refunded = row.refundedLines.find((line) => line.sku === sku)?.quantity
      return {
        sku,
        name,
        quantity,
        unitPrice: money(unitPrice),
        ...(refunded === undefined ? {} : { refunded }),
      }
    }),
    total: money(row.total),
    payment: {
      status: row.paymentStatus,
      ...(paymentActionUrl === null ? {} : { actionUrl: paymentActionUrl }),
      ...(row.charge === null ? {} : { captured: row.charge }),
      ...(row.duplicateCharges.length === 0
        ? {}
        : { duplicates: row.duplicateCharges.map((charge) => viewOfDuplicate(charge, reader)) }),
      refunded: ofCharge(row.refunded),
      ...(row.disputeStatus === null ? {} : { dispute: row.disputeStatus }),
      chargedBack: ofCharge(row.chargedBack),
    },
    ...(row.attention.length === 0 || reader === 'customer' ? {} : { attention: [...row.attention] }),
    fulfilment,
    revision,
    placedAt,
    updatedAt,
    ...staleIn(row),
  }
}

export const eventView = z.strictObject({
  type: z.string(),
  service: z.enum(['order', 'inventory', 'payment', 'notification']),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
  id: z.uuid().optional().meta({ description: 'Of the event; shown to operators, as are `causationId` and `actor`' }),
  causationId: z.string().optional().meta({
    description: 'The `id` of the event that led to it, which is in the timeline too; else of a command from outside',
  }),
  actor: actorSchema.optional().meta({ description: 'Who asked for it; not there where the shop did it by itself' }),
  traceId: z.string().optional().meta({
    description:
      'The trace in which it was done, as in the problem of a request that failed; what belongs to one trace was led to by one request',
  }),
})

export const timelineView = z
  .strictObject({
    items: z.array(eventView),
    stale: z.literal(true).optional().meta({
      description:
        'There only where it is so: an event of the order may be missing here: it could not be understood, or is not taken in at the moment',
    }),
  })
  .meta({ id: 'Timeline' })

const isEvent = (row: TimelineOfOrder): row is TimelineRow & TimelineOfOrder => row.position !== null

/** An event of a timeline, with what its reader may see of it; undefined where that is nothing. */
export const viewOfEvent = (
  { type, service, at, data, id, causationId, actor, traceId }: TimelineRow,
  reader: Reader,
): z.infer<typeof eventView> | undefined => {
  const shown = shownTo(reader, type, data)
  if (shown === undefined) return undefined
  return {
    type,
    service,
    at,
    data: shown,
    ...(reader === 'customer' ? {} : { id, causationId, ...(actor === null ? {} : { actor }) }),
    ...(traceId === null ? {} : { traceId }),
  }
}

/** At least one row, which may be of no event. */
export const viewOfTimeline = (rows: readonly TimelineOfOrder[], reader: Reader): z.infer<typeof timelineView> => ({
  items: rows.filter(isEvent).flatMap((row) => viewOfEvent(row, reader) ?? []),
  ...staleIn({ stale: rows.some(({ stale }) => stale) }),
})
