import type { Mutation } from './mutation.ts'

/** Nobody looks after an order whose message was lost. */
export const standingOrdersLeftAlone: Mutation = {
  name: 'orders that stand still left alone',
  leavesStandingOrders: true,
}
