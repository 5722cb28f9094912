import { usualDeadlines as settings } from '../../domain/orders/deadline.ts'
import type { Channel } from '../../domain/shared/channel.ts'
import { channelOfKey } from '../../domain/shared/ids.ts'
import type { WaitingOrder } from '../../processors/follow-ups/deadline.ts'
import { createDuePasses, type DueWorkerDependencies } from '../../processors/follow-ups/due-worker.ts'
import type { DuePlace } from '../../processors/follow-ups/due.ts'
import type { Intent, IntentKind } from '../../processors/perform/intent.ts'
import type { Performed } from '../../processors/perform/perform.ts'

export const now = new Date('2026-01-05T10:00:00.000Z')
export const intentOf = (kind: IntentKind, orderId: string, since = now, channel: Channel = 'email'): Intent => ({
  kind,
  key: kind === 'notification' ? `received:${orderId}:${channel}` : orderId,
  orderId,
  since,
  eventId: orderId,
})
export const waiting = (orderId: string): WaitingOrder => ({
  orderId,
  placedAt: now,
  actionRequired: false,
  eventId: orderId,
})
export const noIntents = async (): Promise<readonly Intent[]> => []
export const completed: Performed = { kind: 'completed' }
export const noRoom: Performed = { kind: 'open', why: 'queue is full' }

export const passesWith = (more: Partial<DueWorkerDependencies>) =>
  createDuePasses({
    due: { intents: noIntents, orders: async () => [] },
    perform: async () => completed,
    deadline: async () => undefined,
    settings,
    firstDelayMs: 30_000,
    now: () => now,
    worthTrying: () => 10,
    turn: async (isWanted = () => true) => isWanted(),
    deadlinesAtOnce: 10,
    draining: new AbortController().signal,
    failed: (message, { error }) => {
      throw new Error(message, { cause: error })
    },
    ...more,
  })

/** As the database answers: the due ones of a kind, oldest first, behind a place. */
export const dueAmong =
  (intents: readonly Intent[]) =>
  async ({
    now: at,
    kind,
    channel,
    after,
    limit,
  }: {
    readonly now: Date
    readonly kind: IntentKind
    readonly channel?: Channel | undefined
    readonly after?: DuePlace | undefined
    readonly limit: number
  }) =>
    intents
      .filter(
        (intent) =>
          intent.kind === kind &&
          (channel === undefined || channelOfKey(intent.key) === channel) &&
          intent.since <= at &&
          (after === undefined || intent.since > after.since),
      )
      .slice(0, limit)
