import type { RunningShop } from '../end-to-end/running-shop.ts'
import type { Ports } from '../../embedded/shop/settings.ts'
import type { Book, Entry } from './account-book.ts'
import type { Fault } from './faults.ts'

export const chaosProviders = ['mock', 'stripe'] as const
export type ChaosProvider = (typeof chaosProviders)[number]

type Money = { readonly amount: number; readonly currency: string }

export type ChargeThere = {
  readonly id: string
  readonly orderId: string
  readonly amount: number
  readonly currency: string
}
export type RefundThere = {
  readonly id: string
  readonly chargeId: string
  readonly amount: number
  readonly currency: string
  readonly status: 'pending' | 'succeeded' | 'failed'
  /** The refund of the shop that it is; undefined: it was made in the dashboard. */
  readonly refundId: string | undefined
}
export type DisputeThere = {
  readonly id: string
  readonly chargeId: string
  readonly amount: number
  readonly currency: string
  readonly status: 'open' | 'lost' | 'won'
}

/** All that it has: what was captured, and what became of it. Minor units of the shop. */
export type BooksThere = {
  readonly charges: readonly ChargeThere[]
  readonly refunds: readonly RefundThere[]
  readonly disputes: readonly DisputeThere[]
}

/** The payment provider of a shop under load, with what people do at its own desk. Each of these rejects where it says no or is away. */
export type ProviderUnderChaos = {
  /** By which customers pay, each as often as it is listed. */
  readonly methods: readonly string[]
  books(): Promise<BooksThere>
  /** What has been captured for an order, and what is left of that to give back or to dispute. */
  chargeOf(orderId: string): Promise<{ readonly id: string; readonly left: number } | undefined>
  /** By the shop's own id of it: the provider's, of one that stands as given back. */
  refundOf(chargeId: string, refundId: string): Promise<string | undefined>
  refund(chargeId: string, amount: number): Promise<string>
  failRefund(refundId: string): Promise<void>
  dispute(chargeId: string, amount: number): Promise<string>
  closeDispute(disputeId: string, how: 'won' | 'lost'): Promise<void>
  /** What can be done to it, beside all else. */
  readonly faults: readonly Fault[]
  /** From here on things go wrong at each request. */
  begin(): void
  /** Nothing goes wrong any more. Resolves when nothing is on its way from it. */
  calm(): Promise<void>
  /** How often a request went wrong, by what it was. */
  troubles(): ReadonlyMap<string, number>
}

export type OpenedProvider = {
  readonly environment: NodeJS.ProcessEnv
  readonly ports: Partial<Ports>
  /** By which the first order is paid. */
  readonly method: string
  /** Once the shop runs. */
  under(running: RunningShop): ProviderUnderChaos
  close(): Promise<void>
}

/** Of these orders. A refund that is pending, or has failed, is no money that has gone. */
export const bookOfProvider = ({ charges, refunds, disputes }: BooksThere, orderIds: ReadonlySet<string>): Book => {
  const own = charges.filter(({ orderId }) => orderIds.has(orderId))
  const orderOf = new Map(own.map(({ id, orderId }) => [id, orderId]))
  const entriesOf = <Made extends { readonly id: string; readonly chargeId: string } & Money>(
    of: 'refund' | 'dispute',
    all: readonly Made[],
    stateOf: (made: Made) => Entry['state'],
  ): Book =>
    all.flatMap((made) => {
      const { id, chargeId, amount, currency } = made
      const orderId = orderOf.get(chargeId)
      return orderId === undefined ? [] : [{ orderId, of, id, amount, currency, state: stateOf(made) }]
    })
  return [
    ...own.map((charge): Entry => ({ ...charge, of: 'charge', state: 'captured' })),
    ...entriesOf(
      'refund',
      refunds.filter(({ status }) => status === 'succeeded'),
      () => 'given back',
    ),
    ...entriesOf('dispute', disputes, ({ status }) => status),
  ]
}
