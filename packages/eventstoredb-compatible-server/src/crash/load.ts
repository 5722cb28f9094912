import {
  DeadlineExceededError,
  EventStoreDBClient,
  jsonEvent,
  type AllStreamRecordedEvent,
  type RecordedEvent,
} from '@eventstore/db-client'
import type { Random } from '../testing/random.ts'
import { newAppend, type Observed, type Sent, type Sighting } from './observed.ts'

const WRITERS = 8

export type Load = {
  readonly url: string
  readonly random: Random
  /** What the streams of this load are called by. */
  readonly name: string
  /** Where readers of everything begin. */
  readonly from: bigint
  readonly died: Promise<unknown>
  /** Called at every answer. */
  readonly answered: () => void
}

/** Writers of a stream each and three readers, until the server has died. */
export const load = async ({ url, random, name, from, died, answered }: Load): Promise<Observed> => {
  const connect = () => EventStoreDBClient.connectionString(url)
  const [appending, reading, subscribing] = [connect(), connect(), connect()]
  const sent: Sent[] = []
  const sightings: Sighting[] = []
  let isOver = false
  const see = (event: RecordedEvent | AllStreamRecordedEvent | undefined): void => {
    if (event?.position === undefined) return
    sightings.push({ stream: event.streamId, revision: event.revision, position: event.position.commit, id: event.id })
  }
  const over = died.then(() => (isOver = true))

  /**
   * Calls fail when the server dies, which is noticed here before its end is; failing for another reason is an error. A server on a busy
   * machine may be too late with a write: nobody knows what became of it, the writer ends, and the others have the server die.
   */
  const untilOver = async (work: () => Promise<void>): Promise<void> => {
    try {
      while (!isOver) await work()
    } catch (error) {
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<never>((_resolve, reject) => {
        const isTooLate = error instanceof DeadlineExceededError
        timer = setTimeout(
          () => reject(error instanceof Error ? error : new Error(String(error))),
          isTooLate ? 60_000 : 5_000,
        )
      })
      await Promise.race([over, patience])
      clearTimeout(timer)
    }
  }
  const write = (writer: number): Promise<void> => {
    let next: bigint | 'no_stream' = 'no_stream'
    return untilOver(async () => {
      const append = newAppend(random, `${name}-${writer}`)
      sent.push(append)
      const events = append.events.map(({ id, data }) =>
        jsonEvent({ id, type: 'Written', data: JSON.parse(data) as Record<string, string> }),
      )
      const { nextExpectedRevision, position } = await appending.appendToStream(append.stream, events, {
        expectedRevision: next,
      })
      append.answer = { revision: nextExpectedRevision, position: position?.commit ?? -1n }
      next = nextExpectedRevision
      answered()
    })
  }
  let reached = { commit: from, prepare: from }
  const readAll = async (): Promise<void> => {
    for await (const { event } of reading.readAll({ fromPosition: reached, maxCount: 500 })) {
      see(event)
      reached = event?.position ?? reached
    }
  }
  const readStream = async (): Promise<void> => {
    const stream = sent.find(({ answer }) => answer !== undefined)?.stream
    if (stream === undefined) return new Promise((resolve) => setImmediate(resolve))
    for await (const { event } of reading.readStream(stream, {
      direction: 'backwards',
      fromRevision: 'end',
      maxCount: 50,
    }))
      see(event)
  }
  const subscribe = async (): Promise<void> => {
    const subscription = subscribing.subscribeToAll({ fromPosition: { commit: from, prepare: from } })
    try {
      for await (const { event } of subscription) see(event)
    } finally {
      await subscription.unsubscribe()
    }
  }

  await Promise.all([
    ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
    untilOver(readAll),
    untilOver(readStream),
    untilOver(subscribe),
  ])
  await Promise.all([appending.dispose(), reading.dispose(), subscribing.dispose()])
  return { sent, sightings }
}
