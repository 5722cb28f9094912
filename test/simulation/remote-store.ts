import {
  StoreUnavailable,
  type AllReader,
  type Appended,
  type StoredEvent,
  type StreamReader,
  type StreamWriter,
} from '../../infrastructure/event-store/port.ts'
import type { InMemoryStore } from './in-memory-store.ts'
import type { Network } from './network.ts'
import type { Life } from './processes.ts'
import type { Weather } from './weather.ts'

const sendAgainAfterMs = 2_000
const mostSendings = 5
const readPatienceMs = 5_000

/** What a process uses of the store to decide and to write. */
export type RemoteStore = StreamWriter & StreamReader & Pick<AllReader, 'headPosition'>

export type RemoteStoreParts = { readonly network: Network; readonly weather: Weather; readonly now: () => number }

/**
 * The store as one process sees it over the network. What was sent may arrive late, also after its sender died; an answer may be lost:
 * then the same bytes are sent again until there is a definite answer, or patience ends with `StoreUnavailable`, and the append may
 * still land.
 */
export const remoteStore = (
  server: InMemoryStore,
  life: Life,
  { network, weather, now }: RemoteStoreParts,
): RemoteStore => {
  let cutOffUntil = 0
  const heldForMs = (): number => {
    if (now() >= cutOffUntil) cutOffUntil = now() + weather.cutOffFor()
    return cutOffUntil - now()
  }

  /** There and back, with what the server knows in between. */
  const ask = async <Answer>(what: string, answer: () => Promise<Answer>): Promise<Answer> => {
    if (now() < cutOffUntil) await network.sleep(life, readPatienceMs)
    const asked = await network.hop(life, readPatienceMs, `asks for ${what}`)
    if (!asked || weather.isAway('event store') || now() < cutOffUntil)
      throw new StoreUnavailable(`no answer to a read of ${what}`)
    const found = await answer()
    // What was read is old by the time it is looked at.
    const answered = await network.hop(life, readPatienceMs, `has read ${what}`)
    if (!answered) throw new StoreUnavailable(`no answer to a read of ${what}`)
    return found
  }

  return {
    headPosition: () => ask('the head', () => server.headPosition()),
    lastEvents: (stream, count) => ask(`the end of ${stream}`, () => server.lastEvents(stream, count)),

    append: (stream, events, expected) =>
      new Promise<Appended>((resolve, reject) => {
        let over = false
        const end = (settle: () => void) => () => {
          if (over) return
          over = true
          settle()
        }
        const answer = (settle: () => void) => {
          if (!weather.loses()) network.answer(life, `is answered on ${stream}`, end(settle))
        }
        const send = (sendings: number): void => {
          if (sendings > mostSendings) {
            end(() => reject(new StoreUnavailable(`no answer to an append to ${stream}`)))()
            return
          }
          network.send(
            `${life.name}: ${events.map(({ type }) => type).join(' + ')} to ${stream} arrives`,
            () => {
              if (weather.isDown('event store')) return
              server.append(stream, events, expected).then(
                (appended) => answer(() => resolve(appended)),
                (error: unknown) => answer(() => reject(error instanceof Error ? error : new Error(String(error)))),
              )
            },
            heldForMs(),
          )
          network.timer(life, sendAgainAfterMs, `sends again to ${stream}`, () => {
            if (over) return 'nothing'
            send(sendings + 1)
          })
        }
        send(1)
      }),

    async *readStream(stream, options) {
      yield* await ask(stream, async () => {
        const events: StoredEvent[] = []
        for await (const event of server.readStream(stream, options)) events.push(event)
        return events
      })
    },
  }
}
