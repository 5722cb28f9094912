import { uuidv5 } from '../../domain/shared/ids.ts'
import type { EventToStore } from '../../infrastructure/event-store/port.ts'
import type { ServiceName } from '../../processors/services.ts'
import { isWanted, logOfOrders, type OrderLog } from './log-of-orders.ts'

/** The service whose group it is, where there is one alone. */
export const oneService: ServiceName = 'order'

/** An event that the service handles, and the category of streams that it stands in. */
export const wantedEvent = async (): Promise<{ readonly category: string; readonly event: EventToStore }> => {
  const found = (await logOfOrders(1, 'one'))
    .flat()
    .find(({ stream, event }) => isWanted(oneService, { stream, type: event.type }))
  if (found === undefined) throw new Error(`nothing in a paid order is for ${oneService}`)
  return { category: found.stream.slice(0, found.stream.indexOf('-')), event: found.event }
}

/** Ten events for each of `orders`, all of them for the one service. */
export const logOfOneGroup = async (orders: number, seed: string): Promise<readonly OrderLog[]> => {
  const { category, event } = await wantedEvent()
  return Array.from({ length: orders }, (_, index) => {
    const order = uuidv5(`order ${index} of ${seed}`)
    return Array.from({ length: 10 }, (_event, number) => ({
      stream: `${category}-${order}`,
      event: { ...event, id: uuidv5(`event ${number} of ${order}`) },
    }))
  })
}
