import type { DeadLetter, Happened, Order } from '../answers.d.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })

/** An order as the read API shows it. */
export const order = (changes: Partial<Order> = {}): Order => ({
  orderId: '11111111-1111-4111-8111-111111111111',
  number: 'H3DDDMT0AT',
  customerId: 'ann',
  status: 'placed',
  lines: [{ sku: 'TEA', name: 'Tea', quantity: 2, unitPrice: eur(1000) }],
  total: eur(2000),
  payment: { status: 'none', refunded: eur(0), chargedBack: eur(0) },
  fulfilment: 'none',
  revision: 0,
  placedAt: '2026-03-01T12:00:00.000Z',
  updatedAt: '2026-03-01T12:00:00.000Z',
  ...changes,
})

export const payment = (status: string, changes: Partial<Order['payment']> = {}): Order['payment'] => ({
  status,
  refunded: eur(0),
  chargedBack: eur(0),
  ...changes,
})

/**
 * An event whose id is its type.
 * @param second after it was placed
 * @param causationId else a command from outside
 */
export const happened = (
  service: Happened['service'],
  type: string,
  second: number,
  data: Happened['data'] = {},
  causationId = 'a command',
): Happened => ({
  id: type,
  causationId,
  service,
  type,
  at: new Date(Date.UTC(2026, 2, 1, 12) + second * 1_000).toISOString(),
  data,
})

export const letter = (changes: Partial<DeadLetter> = {}): DeadLetter => ({
  group: 'payment',
  number: 3,
  parkedAt: '2026-03-01T12:00:05.000Z',
  ageSeconds: 60,
  key: '11111111-1111-4111-8111-111111111111',
  code: 'unexpected_error',
  reason: { code: 'unexpected_error', message: 'Error: no' },
  event: {
    id: 'event-3',
    stream: 'reservation-11111111-1111-4111-8111-111111111111',
    revision: 1,
    type: 'InventoryReserved',
    recordedAt: '2026-03-01T12:00:03.000Z',
  },
  attempts: 0,
  lastFailure: null,
  waitsFor: null,
  waiting: 0,
  settled: null,
  ...changes,
})
