import {
  StoreUnavailable,
  type Groups,
  type ParkedMessage,
  type StoredEvent,
} from '../../infrastructure/event-store/port.ts'

export const parkedAt = new Date('2026-01-05T09:59:00.000Z')
const start = new Date('2026-01-05T09:00:00.000Z').getTime()

/** The event of an order's stream at that revision; each is recorded a second after the one before, over all streams. */
export const eventOf = (orderId: string, revision: number, changes: Partial<StoredEvent> = {}): StoredEvent => ({
  id: `${orderId}-${revision}`,
  stream: `order-${orderId}`,
  type: 'OrderPlaced',
  revision: BigInt(revision),
  position: { commit: BigInt(revision), prepare: BigInt(revision) },
  created: new Date(start + revision * 1_000),
  data: {},
  metadata: {},
  ...changes,
})

export const reasonText = (code: string, message = 'no lines'): string =>
  JSON.stringify({ code, message, attempts: 1, handlerVersion: '1' })

export type ParkedStreams = {
  readonly store: Pick<Groups, 'parkedMessages' | 'truncateParked'>
  /** Answers its number. */
  park(group: string, event: StoredEvent | undefined, code: string): number
  /** Only the one read that the sweeps of a quiet group make: from where to where. */
  readonly reads: string[]
  /** What was truncated by us: group and number. */
  readonly truncations: string[]
  /** Where the group's stream begins. */
  begins(group: string, number: number): void
  /** Where a read breaks off, in every group. */
  breaksAt: number
}

/** Parked streams in memory. */
export const parkedStreams = (): ParkedStreams => {
  const groups = new Map<string, { first: number; readonly messages: ParkedMessage[] }>()
  const streamOf = (group: string) => {
    const found = groups.get(group) ?? { first: 0, messages: [] }
    groups.set(group, found)
    return found
  }
  const streams: ParkedStreams = {
    reads: [],
    truncations: [],
    breaksAt: Infinity,
    begins(group, number) {
      streamOf(group).first = number
    },
    park(group, event, code) {
      const { messages } = streamOf(group)
      const number = messages.length
      messages.push({ number: BigInt(number), parkedAt, event, reason: reasonText(code) })
      return number
    },
    store: {
      async *parkedMessages(group, { from = 0n, limit = Infinity } = {}) {
        streams.reads.push(`${group} from ${from}${limit === Infinity ? '' : `, ${limit}`}`)
        const { first, messages } = streamOf(group)
        const begin = Math.max(Number(from), first)
        for (const message of messages.slice(begin, begin + limit)) {
          if (Number(message.number) >= streams.breaksAt) throw new StoreUnavailable('away')
          yield message
        }
      },
      truncateParked: async (group, before) => {
        streams.truncations.push(`${group} ${before}`)
        streams.begins(group, Number(before))
        return true
      },
    },
  }
  return streams
}
