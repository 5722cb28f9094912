import { productDecider } from '../../../domain/catalogue/product.ts'
import { stockDecider } from '../../../domain/inventory/stock.ts'
import { orderDecider } from '../../../domain/orders/order.ts'
import type { NotificationCommand } from '../../../domain/notifications/commands.ts'
import { notificationDecider } from '../../../domain/notifications/notification.ts'
import type { OrderLine } from '../../../domain/orders/events.ts'
import type { OrderCommand } from '../../../domain/orders/commands.ts'
import type { PaymentCommand } from '../../../domain/payments/commands.ts'
import { paymentDecider } from '../../../domain/payments/payment.ts'
import type { ShopEvent } from '../../../domain/registry.ts'
import { streams } from '../../../domain/shared/streams.ts'
import type { OperatorAnswer } from '../statements/statement.ts'
import type { Answered, ApiCall } from './api.ts'
import { noTrace, operator } from './catalogue.ts'
import type { CustomersParts } from './customers-parts.ts'

const minutes = 60_000

type RefundCommand = Extract<PaymentCommand, { readonly type: OperatorAnswer['type'] }>

/**
 * Operators who ship and deliver, give back, try again, settle, withdraw, count the stock, and change what is sold at which price. Answers what was
 * done about failed refunds, as they were told.
 */
export const letOperatorsIn = ({
  random,
  call,
  scripts,
  skus,
  onWritten,
  newId,
}: CustomersParts): readonly OperatorAnswer[] => {
  const answers: OperatorAnswer[] = []
  const soon = () => (random.chance(0.7) ? random.int(0, 500) : random.int(0, 60 * minutes))

  const insist = async (ask: () => Promise<Answered<unknown>>): Promise<void> => {
    for (let tries = 0; tries < 4; tries += 1) {
      if ((await ask()).kind !== 'no_answer') return
      await scripts.pause(random.int(10, 10_000))
    }
  }
  const later = (ask: () => Promise<Answered<unknown>>): void => {
    scripts.start(async () => {
      await scripts.pause(soon())
      await insist(ask)
    })
  }

  const order = (command: OrderCommand): Promise<Answered<unknown>> =>
    call(command.type, ({ handling, contextOf }) =>
      handling.handle(
        orderDecider,
        streams.order(command.orderId),
        command,
        contextOf(noTrace, operator, command.orderId),
      ),
    )
  const payment = (command: PaymentCommand): Promise<Answered<unknown>> =>
    call(command.type, ({ handling, contextOf }) =>
      handling.handle(
        paymentDecider,
        streams.payment(command.orderId),
        command,
        contextOf(noTrace, operator, command.orderId),
      ),
    )

  const notification = (command: NotificationCommand): Promise<Answered<unknown>> =>
    call(command.type, ({ handling, contextOf }) =>
      handling.handle(
        notificationDecider,
        streams.notification(command.orderId),
        command,
        contextOf(noTrace, operator, command.orderId),
      ),
    )

  const aboutRefund = async (command: RefundCommand, attempt: number): Promise<Answered<unknown>> => {
    const answered = await payment(command)
    const { type, orderId, refundId } = command
    if (answered.kind === 'answered') answers.push({ type, orderId, refundId, attempt })
    return answered
  }

  const ordered = new Map<string, readonly OrderLine[]>()
  /** Half of them by line: all of the first. */
  const refundOf = (
    what: { readonly orderId: string; readonly refundId: string; readonly currency: string },
    most: number,
  ): PaymentCommand => {
    const refund = { ...what, reason: 'goodwill' }
    const amount = random.int(1, most)
    const [line] = ordered.get(what.orderId) ?? []
    if (line === undefined || what.refundId < '8') return { type: 'RefundPayment', ...refund, amount }
    const { sku, quantity, unitPrice } = line
    return { type: 'RefundLines', ...refund, lines: [{ sku, quantity, ordered: quantity, unitPrice }] }
  }

  const reactTo = (event: ShopEvent): void => {
    switch (event.type) {
      case 'OrderPlaced':
        ordered.set(event.orderId, event.lines)
        return
      case 'OrderConfirmed': {
        const { orderId } = event
        if (random.chance(0.7))
          later(() =>
            order({ type: 'ShipOrder', orderId, carrier: 'by hand', trackingNumber: `T-${orderId.slice(0, 8)}` }),
          )
        if (random.chance(0.1)) later(() => order({ type: 'CancelOrder', orderId, reason: 'operator' }))
        return
      }
      case 'OrderShipped': {
        const { orderId } = event
        if (random.chance(0.7)) later(() => order({ type: 'DeliverOrder', orderId }))
        return
      }
      case 'PaymentSucceeded':
      case 'PaymentMismatchDetected': {
        const { orderId, currency } = event
        const most = event.type === 'PaymentSucceeded' ? event.amount : event.captured
        const refundId = newId()
        if (random.chance(0.2)) later(() => payment(refundOf({ orderId, refundId, currency }, most)))
        return
      }
      // Somebody asks for it once more, or it comes back.
      case 'NotificationSent':
      case 'NotificationFailed': {
        const { orderId, key } = event
        const resendId = newId()
        if (random.chance(event.type === 'NotificationFailed' ? 0.5 : 0.03))
          later(() => notification({ type: 'ResendNotification', orderId, key, resendId }))
        if (event.type === 'NotificationSent' && random.chance(0.03))
          later(() => notification({ type: 'RecordBounce', orderId, key, status: '5.1.1' }))
        return
      }
      case 'RefundFailed': {
        const { orderId, refundId, attempt } = event
        if (random.chance(0.5)) later(() => aboutRefund({ type: 'RetryRefund', orderId, refundId }, attempt))
        if (random.chance(0.5))
          later(() => aboutRefund({ type: 'SettleRefund', orderId, refundId, note: 'by bank transfer' }, attempt))
        if (random.chance(0.2))
          later(() => aboutRefund({ type: 'WithdrawRefund', orderId, refundId, note: 'not owed any more' }, attempt))
        return
      }
      default:
        return
    }
  }
  onWritten((events) => {
    for (const { event } of events) reactTo(event)
  })

  for (const work of shopWork(call, skus, random.int(0, 5), random)) {
    scripts.start(async () => {
      await scripts.pause(soon())
      await insist(work)
    })
  }
  return answers
}

const shopWork = (
  call: ApiCall,
  skus: readonly string[],
  jobs: number,
  random: CustomersParts['random'],
): readonly (() => Promise<Answered<unknown>>)[] =>
  Array.from({ length: jobs }, (_, job) => {
    const sku = random.pick(skus)
    const product = (command: Parameters<typeof productDecider.decide>[0]) => () =>
      call(command.type, ({ handling, contextOf }) =>
        handling.handle(productDecider, streams.product(sku), command, contextOf(noTrace, operator, sku)),
      )
    const stock = (command: Parameters<typeof stockDecider.decide>[0]) => () =>
      call(command.type, ({ handling, contextOf }) =>
        handling.handle(stockDecider, streams.stock(sku), command, contextOf(noTrace, operator, sku)),
      )
    switch (random.weighted({ receive: 3, adjust: 3, price: 3, rename: 1, discontinue: 1, relist: 1 })) {
      case 'receive':
        return stock({ type: 'ReceiveStock', sku, quantity: random.int(1, 3), document: `delivery ${job}` })
      case 'adjust':
        return stock({
          type: 'AdjustStock',
          sku,
          adjustmentId: `count ${job}`,
          delta: random.int(-3, 2),
          reason: 'counted',
        })
      case 'price':
        return product({ type: 'ChangePrice', sku, price: random.int(50, 500), currency: 'EUR' })
      case 'rename':
        return product({ type: 'RenameProduct', sku, name: `The ${sku}, by another name` })
      case 'discontinue':
        return product({ type: 'DiscontinueProduct', sku })
      case 'relist': {
        const price = random.int(50, 500)
        return async () => {
          await product({ type: 'DiscontinueProduct', sku })()
          return product({ type: 'RelistProduct', sku, name: `The ${sku}`, price, currency: 'EUR' })()
        }
      }
    }
  })
