import { streams } from '../../domain/shared/streams.ts'
import type { StreamReader } from '../../infrastructure/event-store/port.ts'
import type { WholeDeadLetter } from './dead-letter.ts'

/** What has happened to an order, newest first. @throws StoreUnavailable */
export type RecentOf = (orderId: string) => Promise<WholeDeadLetter['recent']>

const most = 10

export const createRecentOf =
  (store: Pick<StreamReader, 'lastEvents'>): RecentOf =>
  async (orderId) => {
    const names = [streams.order, streams.reservation, streams.payment, streams.notification].map((of) => of(orderId))
    const events = (await Promise.all(names.map((name) => store.lastEvents(name, most)))).flat()
    return events
      .sort((one, other) => other.created.getTime() - one.created.getTime())
      .slice(0, most)
      .map(({ type, created, stream, revision }) => ({
        type,
        at: created.toISOString(),
        place: `${stream}@${revision}`,
      }))
  }
