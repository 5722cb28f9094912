import { processorTimeOf } from '../consumer/processor-time.ts'
import { answered, kinds, webhookOf, type Kind } from './kinds.ts'
import type { StartedApi } from './started-api.ts'

/** Microseconds of processor time for one, of the command API and of the event store. */
export type Cost = { readonly api: number; readonly eventStore: number }
export type Costs = Readonly<Record<Kind, readonly Cost[]>>

export type Sizes = { readonly count: number; readonly atOnce: number; readonly rounds: number }

const timeOf = (pid: number): number => {
  const time = processorTimeOf(pid)
  if (time === undefined) throw new Error('this system does not say how long its processes have run')
  return time
}

const send = async (url: string, kind: Kind, secret: string): Promise<void> => {
  const response = await fetch(`${url}/v1/webhooks/mock`, { method: 'POST', ...webhookOf(kind, secret) })
  await response.arrayBuffer()
  if (response.status !== answered[kind]) throw new Error(`a webhook ${kind} was answered ${response.status}`)
}

const sendMany = async ({ url, secret }: StartedApi, kind: Kind, { count, atOnce }: Sizes): Promise<void> => {
  let left = count
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await send(url, kind, secret)
    }),
  )
}

/** One round of each kind after another, again and again; the first of each is a warm-up. */
export const measure = async (api: StartedApi, sizes: Sizes, told: (round: number) => void): Promise<Costs> => {
  const times = (): Cost => ({ api: timeOf(api.pid), eventStore: timeOf(api.eventStorePid) })
  const costs: Record<Kind, Cost[]> = { good: [], 'wrongly signed': [], 'of a megabyte': [] }
  for (let round = 0; round <= sizes.rounds; round += 1) {
    for (const kind of kinds) {
      const before = times()
      await sendMany(api, kind, sizes)
      const after = times()
      const each = (what: keyof Cost) => ((after[what] - before[what]) * 1_000) / sizes.count
      if (round > 0) costs[kind].push({ api: each('api'), eventStore: each('eventStore') })
    }
    told(round)
  }
  return costs
}
