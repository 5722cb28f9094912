import { z } from 'zod'
import { shortageSchema } from '../../domain/orders/events.ts'
import { orderStatuses } from '../../domain/orders/status.ts'
import { disputeStatuses } from '../../domain/payments/outside-money.ts'
import { paymentStatuses } from '../../domain/payments/state.ts'
import { moneySchema } from '../../domain/shared/money.ts'
import { shownTo } from '../../domain/visibility.ts'
import { fulfilments } from '../../projections/orders/table.ts'
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
    shortages: z.array(shortageSchema).optional(),
    lines: z.array(z.strictObject({ sku: z.string(), name: z.string(), quantity: z.int(), unitPrice: moneySchema })),
    total: moneySchema,
    payment: z.strictObject({
      status: z.enum(paymentStatuses),
      actionUrl: z.string().optional(),
      refunded: moneySchema.meta({ description: 'Given back, by the shop or in the provider’s own dashboard' }),
      dispute: z.enum(disputeStatuses).optional().meta({
        description: 'The customer disputes the payment: `open` and `lost` keep the order from being shipped',
      }),
      chargedBack: moneySchema.meta({ description: 'Taken back by the customer’s bank, by disputes that were lost' }),
    }),
    fulfilment: z.enum(fulfilments),
    revision: z.int(),
    placedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    stale: staleField,
  })
  .meta({ id: 'Order' })
export type OrderView = z.infer<typeof orderView>

export const viewOfOrder = (row: ShownOrder): OrderView => {
  const {
    orderId,
    number,
    customerId,
    status,
    reason,
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
  return {
    orderId,
    number,
    customerId,
    status,
    ...(reason === null ? {} : { reason }),
    ...(shortages === null ? {} : { shortages: [...shortages] }),
    lines: lines.map(({ sku, name, quantity, unitPrice }) => ({ sku, name, quantity, unitPrice: money(unitPrice) })),
    total: money(row.total),
    payment: {
      status: row.paymentStatus,
      ...(paymentActionUrl === null ? {} : { actionUrl: paymentActionUrl }),
      refunded: money(row.refunded),
      ...(row.disputeStatus === null ? {} : { dispute: row.disputeStatus }),
      chargedBack: money(row.chargedBack),
    },
    fulfilment,
    revision,
    placedAt,
    updatedAt,
    ...staleIn(row),
  }
}

export const timelineView = z
  .strictObject({
    items: z.array(
      z.strictObject({
        type: z.string(),
        service: z.enum(['order', 'inventory', 'payment', 'notification']),
        at: z.iso.datetime(),
        data: z.record(z.string(), z.unknown()),
      }),
    ),
    stale: z.literal(true).optional().meta({
      description:
        'There only where it is so: an event of the order may be missing here: it could not be understood, or is not taken in at the moment',
    }),
  })
  .meta({ id: 'Timeline' })

const isEvent = (row: TimelineOfOrder): row is TimelineRow & TimelineOfOrder => row.position !== null

/** At least one row, which may be of no event. */
export const viewOfTimeline = (
  rows: readonly TimelineOfOrder[],
  reader: 'customer' | 'operator',
): z.infer<typeof timelineView> => ({
  items: rows.filter(isEvent).flatMap(({ type, service, at, data }) => {
    const shown = shownTo(reader, type, data)
    return shown === undefined ? [] : [{ type, service, at, data: shown }]
  }),
  ...staleIn({ stale: rows.some(({ stale }) => stale) }),
})
