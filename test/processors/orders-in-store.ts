import { randomUUID } from 'node:crypto'
import { stockDecider } from '../../domain/inventory/stock.ts'
import type { Contact } from '../../domain/orders/events.ts'
import { orderDecider } from '../../domain/orders/order.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandContext } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'

const context = (correlationId: string): CommandContext => {
  const commandId = randomUUID()
  return {
    commandId,
    correlationId,
    causationId: commandId,
    actor: { type: 'system', id: 'test' },
    now: () => new Date(),
  }
}

/** Stock and orders as the command API would write them, for a store of which nothing else runs. */
export const ordersInStore = (commands: CommandHandling) => ({
  async receive(sku: string, quantity: number): Promise<void> {
    const command = { type: 'ReceiveStock', sku, quantity, document: 'delivery' } as const
    await commands.handle(stockDecider, streams.stock(sku), command, context(sku))
  },

  /** One piece, for a card that is charged at once. Answers the order's id. */
  async place(
    sku: string,
    {
      contact = { email: 'ann@example.org' },
      paymentMethod = 'card-ok',
    }: { readonly contact?: Contact; readonly paymentMethod?: string } = {},
  ): Promise<string> {
    const orderId = randomUUID()
    await commands.handle(
      orderDecider,
      streams.order(orderId),
      {
        type: 'PlaceOrder',
        orderId,
        number: 'ABC1234567',
        customerId: 'ann',
        requestHash: 'hash',
        shipTo: { name: 'Ann', street: 'Street 1', postalCode: '1000', city: 'City', country: 'DE' },
        contact,
        lines: [{ sku, name: sku, quantity: 1, unitPrice: 100 }],
        currency: 'EUR',
        paymentMethod,
      },
      context(orderId),
    )
    return orderId
  },

  async cancel(orderId: string): Promise<void> {
    const command = { type: 'CancelOrder', orderId, reason: 'customer' } as const
    await commands.handle(orderDecider, streams.order(orderId), command, context(orderId))
  },
})
