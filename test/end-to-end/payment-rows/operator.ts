import { randomUUID } from 'node:crypto'
import type { PaymentCommand } from '../../../domain/payments/commands.ts'
import type { Payment } from '../../../domain/payments/payment.ts'
import type { RefusalCode } from '../../../domain/shared/refusal.ts'
import { streams } from '../../../domain/shared/streams.ts'
import { positionToText } from '../../../infrastructure/event-store/position.ts'
import { until } from '../../support/until.ts'
import type { RunningShop } from '../running-shop.ts'
import type { Line } from '../test-shop-client.ts'
import { answered } from './answered.ts'
import type { OrdersInLog } from './orders-in-log.ts'
import { patience } from './patience.ts'
import { rowOf } from './row-of-command.ts'

/** Of one order. A refund is called by a name; each answers `accepted`, or the code of the refusal. */
export type Operator = {
  refund(name: string, amount: number): Promise<string>
  /** By the catalogue's SKUs. */
  refundLines(name: string, lines: readonly Line[]): Promise<string>
  retry(name: string): Promise<string>
  settle(name: string): Promise<string>
  withdraw(name: string): Promise<string>
  /** Discards so many letters of the order that were parked for this reason, and waits for them. */
  discard(code: string, times?: number): Promise<void>
}

export type OperatorParts = {
  readonly running: RunningShop
  readonly orders: OrdersInLog
  readonly orderId: string
  readonly payment: () => Payment
  readonly saw: (row: string) => void
  /** Where the names of refunds are kept, by their ids. */
  readonly refundNames: Map<string, string>
  /** The streams of what Stripe has told of the order. */
  readonly webhooks: () => ReadonlySet<string>
}

export const operatorOf = (parts: OperatorParts): Operator => {
  const { running, orders, orderId, payment, saw, refundNames, webhooks } = parts
  const { client } = running

  const idOf = (name: string): string => {
    const known = [...refundNames].find(([, its]) => its === name)?.[0]
    // What the system asks for by itself has its name for an id.
    if (known !== undefined || name === 'full') return known ?? name
    const id = randomUUID()
    refundNames.set(id, name)
    return id
  }

  /** What leaves the stream as it is leaves no trace in it: the row is known by the answer. */
  const ask = async (command: PaymentCommand, path: string, body: unknown): Promise<string> => {
    const before = payment()
    const last = orders.of(orderId).findLast(({ stream }) => stream === streams.payment(orderId))?.position
    const answer = await answered(() => client.operate(`/v1/orders/${orderId}/refunds${path}`, body))
    if (answer.status !== 202) {
      const code = String(answer.body['code'])
      // The API's codes are those of refusals, and a few more.
      saw(rowOf(before, command, code as RefusalCode))
      return code
    }
    if (last !== undefined && answer.body['position'] === positionToText(last)) saw(rowOf(before, command, []))
    return 'accepted'
  }

  const asked = { orderId, currency: 'EUR', reason: 'broken' } as const
  const note = 'spoken about on the telephone'
  return {
    refund(name, amount) {
      const refundId = idOf(name)
      return ask({ type: 'RefundPayment', ...asked, refundId, amount }, '', {
        refundId,
        amount: { amount, currency: asked.currency },
        reason: asked.reason,
      })
    },
    refundLines(name, lines) {
      const refundId = idOf(name)
      const own = lines.map((line) => ({ ...line, sku: running.sku(line.sku) }))
      const body = { refundId, lines: own, reason: asked.reason }
      return ask({ type: 'RefundLines', ...asked, refundId, lines: [] }, '', body)
    },
    retry(name) {
      const refundId = idOf(name)
      return ask({ type: 'RetryRefund', orderId, refundId }, `/${refundId}/retry`, {})
    },
    settle(name) {
      const refundId = idOf(name)
      return ask({ type: 'SettleRefund', orderId, refundId, note }, `/${refundId}/settle`, { note })
    },
    withdraw(name) {
      const refundId = idOf(name)
      return ask({ type: 'WithdrawRefund', orderId, refundId, note }, `/${refundId}/withdraw`, { note })
    },
    async discard(code, times = 1) {
      const { processors } = running.shop.urls
      const letters = await until(
        `${times} letters of the order stand for ${code}`,
        async () => {
          const own = webhooks()
          const found = (await client.allDeadLetters('payment')).filter(
            ({ key, code: its }) => its === code && (key === orderId || own.has(String(key))),
          )
          return found.length === times ? found : undefined
        },
        patience,
      )
      for (const { number } of letters) {
        const place = `${processors}/v1/dead-letters/payment/${String(number)}`
        const why = { why: 'settled in the dashboard' }
        const { status } = await answered(() =>
          client.call('POST', `${place}/discard`, running.token('olga', 'operator'), why),
        )
        if (status !== 202) throw new Error(`the discarding was answered ${status}`)
      }
    },
  }
}
