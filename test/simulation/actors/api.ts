import { placeOrderWith, type PlaceOrderFor } from '../../../command-api/orders/place-order.ts'
import { readCatalogue } from '../../../command-api/catalogue/catalogue.ts'
import type { Commanding } from '../../../command-api/commanding.ts'
import { Refusal } from '../../../domain/shared/refusal.ts'
import { createCommandHandling } from '../../../infrastructure/event-store/handle-command.ts'
import { StoreUnavailable, VersionConflict } from '../../../infrastructure/event-store/port.ts'
import type { Mutation } from '../mutants/mutation.ts'
import { newLife } from '../processes.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a request works with: one process of the command API, below HTTP. */
export type Api = Commanding & { readonly placeOrder: PlaceOrderFor }

export type Answered<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'refused'; readonly code: string }
  /** The process died, the store was away, or too much was going on at once: whoever asked may ask again. */
  | { readonly kind: 'no_answer' }

export type ApiCall = <Value>(what: string, work: (api: Api) => Promise<Value>) => Promise<Answered<Value>>

const clientPatienceMs = 30_000

/** Two processes of the command API; one that dies is replaced by a new one, which remembers nothing. */
export const createApi = (
  { server, codec, random, newId, date, network, processes, storeFor, snapshots, faults }: Surroundings,
  mutation: Mutation | undefined,
): ApiCall => {
  const client = newLife('client')
  const createHandling = mutation?.handling?.(createCommandHandling) ?? createCommandHandling

  const start = (slot: number): Api => {
    const life = processes.start(`api ${slot}`, {
      died: () => {
        apis[slot] = start(slot)
      },
    })
    const store = storeFor(life)
    const handling = createHandling({
      store,
      codec,
      random: random.next,
      large: [snapshots()],
      sleep: (milliseconds) => network.sleep(life, milliseconds),
    })
    // Each process has one of its own: with who dies in the middle goes what listens to it.
    const { signal } = new AbortController()
    const commanding: Commanding = {
      handling,
      patience: () => ({ signal }),
      contextOf: (_request, actor, correlationId) => {
        const commandId = newId()
        return { commandId, causationId: commandId, correlationId, actor, now: date }
      },
    }
    return { ...commanding, placeOrder: placeOrderWith(commanding, readCatalogue(handling), store) }
  }
  const apis: Api[] = []
  apis.push(start(0), start(1))

  return async (what, work) => {
    const api = random.pick(apis)
    const before = server.log.length
    const tooLong = new Promise<{ readonly kind: 'no_answer' }>((resolve) => {
      network.timer(client, clientPatienceMs, `gives up ${what}`, () => {
        resolve({ kind: 'no_answer' })
        return 'nothing'
      })
    })
    const working = work(api).then(
      (value) => ({ kind: 'answered', value }) as const,
      (error: unknown) => {
        if (error instanceof Refusal) return { kind: 'refused', code: error.code } as const
        if (!(error instanceof StoreUnavailable) && !(error instanceof VersionConflict))
          faults.unexpected(`${what}, at event ${before}`, error)
        return { kind: 'no_answer' } as const
      },
    )
    return Promise.race([working, tooLong])
  }
}
