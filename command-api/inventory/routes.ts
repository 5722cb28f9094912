import { z } from 'zod'
import type { StockCommand } from '../../domain/inventory/commands.ts'
import { availableOf, stockDecider } from '../../domain/inventory/stock.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Principal } from '../../http-api/roles.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import { route } from '../../http-api/route.ts'
import type { Answer, Route } from '../../infrastructure/http/routes.ts'
import type { Commanding } from '../commanding.ts'
import { skuParams } from '../fields.ts'
import { noted, notedAnswer } from '../written.ts'
import { adjustStockRequest, receiveStockRequest } from './requests.ts'

const level = { sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() }
const common = {
  method: 'post',
  tag: 'inventory',
  access: ['operator'],
  params: skuParams,
  answers: { 200: noted('Written, or already so', level) },
} as const

export const inventoryRoutes = ({ handling, contextOf, patience }: Commanding): readonly Route[] => {
  const command = async (given: StockCommand, principal: Principal, context: RequestContext): Promise<Answer> => {
    const { sku } = given
    const actor = { type: 'operator', id: principal.subject } as const
    const handled = await handling.handle(
      stockDecider,
      streams.stock(sku),
      given,
      contextOf(context, actor, sku),
      patience(),
    )
    const { onHand, reserved } = handled.state
    return notedAnswer(200, handled, { sku, onHand, reserved, available: availableOf(handled.state) })
  }

  return [
    route({
      ...common,
      path: '/v1/inventory/{sku}/receipts',
      summary: 'Take goods into the warehouse',
      description: 'Once for each document. Goods may come before their product is in the catalogue.',
      body: receiveStockRequest,
      refusals: ['document_reused'],
      handle: ({ params: { sku }, body, principal, context }) =>
        command({ type: 'ReceiveStock', sku, ...body }, principal, context),
    }),

    route({
      ...common,
      path: '/v1/inventory/{sku}/adjustments',
      summary: 'Put right what was counted',
      description: 'Once for each adjustmentId. What orders have reserved cannot be taken away.',
      body: adjustStockRequest,
      refusals: ['document_reused', 'stock_reserved'],
      handle: ({ params: { sku }, body, principal, context }) =>
        command({ type: 'AdjustStock', sku, ...body }, principal, context),
    }),
  ]
}
