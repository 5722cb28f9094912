import type { Delivery, GroupConnection, Groups, StoredEvent } from '../../infrastructure/event-store/port.ts'

export const fakeEvent = (id: string, stream = `order-${id}`, created = new Date(0)): StoredEvent => ({
  id,
  stream,
  type: 'Happened',
  revision: 0n,
  position: { commit: 0n, prepare: 0n },
  created,
  data: {},
  metadata: {},
})

export type FakeConnection = {
  /** The server delivers. */
  deliver(
    event: StoredEvent | undefined,
    options?: Partial<Pick<Delivery, 'ackId' | 'retryCount' | 'unusable' | 'replayed'>>,
  ): void
  /** The server ends the subscription, in good order or with an error. */
  end(error?: Error): void
  /** Each message with acknowledgements. */
  readonly acks: (readonly string[])[]
  readonly parks: { readonly ackId: string; readonly reason: string }[]
  readonly closed: () => boolean
  /** Ids of what was delivered and somebody read. */
  readonly read: readonly string[]
}

/** Groups without a server. `connections[n]` is the n-th subscription that was made; `journal` what happened in which order. */
export const createFakeGroups = (journal: string[] = []) => {
  const connections: FakeConnection[] = []
  const refusals: Error[] = []

  const open = (): { fake: FakeConnection; connection: GroupConnection } => {
    const queue: Delivery[] = []
    const read: string[] = []
    const acks: (readonly string[])[] = []
    const parks: { ackId: string; reason: string }[] = []
    let over: { readonly error: Error | undefined } | undefined
    let closed = false
    let wake = () => {
      /* nobody waits */
    }
    async function* deliveries(): AsyncGenerator<Delivery, void, undefined> {
      for (;;) {
        const next = queue.shift()
        if (next !== undefined) yield next
        else if (over?.error !== undefined) throw over.error
        else if (over !== undefined) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    }
    const end = (error?: Error) => {
      over ??= { error }
      wake()
    }
    const fake: FakeConnection = {
      deliver(event, { ackId = event?.id ?? 'link', retryCount = 0, unusable, replayed } = {}) {
        queue.push({
          about: event ?? unusable?.event,
          ackId,
          retryCount,
          unusable,
          replayed,
          get event() {
            if (event !== undefined) read.push(event.id)
            return event
          },
        })
        wake()
      },
      end,
      acks,
      parks,
      closed: () => closed,
      read,
    }
    const connection: GroupConnection = {
      deliveries: { [Symbol.asyncIterator]: deliveries },
      async ack(ackIds) {
        acks.push(ackIds)
        journal.push(`ack ${ackIds.join(' ')}`)
      },
      async park(ackIds, reason) {
        for (const ackId of ackIds) parks.push({ ackId, reason })
        journal.push(`park ${ackIds.join(' ')}`)
      },
      async close() {
        closed = true
        journal.push('close')
        end()
      },
    }
    return { fake, connection }
  }

  const store: Pick<Groups, 'ensureGroup' | 'groupInfo' | 'connect'> = {
    async ensureGroup(group) {
      journal.push(`ensure ${group}`)
      return false
    },
    async groupInfo() {
      return undefined
    },
    async connect() {
      const refusal = refusals.shift()
      if (refusal !== undefined) throw refusal
      const { fake, connection } = open()
      connections.push(fake)
      journal.push('connect')
      return connection
    },
  }
  return {
    store,
    connections,
    journal,
    refuseNext: (error: Error) => {
      refusals.push(error)
    },
  }
}
