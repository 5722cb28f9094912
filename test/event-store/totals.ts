import { z } from 'zod'
import type { Decider } from '../../domain/shared/decider.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../../infrastructure/event-store/command-context.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { createInMemoryStore, type InMemoryStore } from '../simulation/in-memory-store.ts'

/** A sum that is added to, up to what the command allows. */
export type Added = { readonly type: 'Added'; readonly amount: number }
type Total = { readonly sum: number; readonly seen: number }
type Command = { readonly add: number; readonly upTo?: number }

export const codec = createCodec({ Added: { version: 1, schema: z.strictObject({ amount: z.int() }) } })

export const total: Decider<Total, Command, Added> = {
  initialState: { sum: 0, seen: 0 },
  decide({ add, upTo = Infinity }, { sum }) {
    if (sum + add > upTo) throw new Refusal('out_of_stock')
    return add === 0 ? [] : [{ type: 'Added', amount: add }]
  },
  evolve: ({ sum, seen }, event) =>
    event.type === 'Added' ? { sum: sum + event.amount, seen: seen + 1 } : { sum, seen },
}

export const context = (commandId: string): CommandContext => ({
  commandId,
  correlationId: 'order-1',
  causationId: 'cause-1',
  actor: { type: 'system', id: 'test' },
  now: () => new Date('2026-01-01T00:00:00.000Z'),
})

export const setUp = (
  store: InMemoryStore = createInMemoryStore(),
  more: { cacheSize?: number; retries?: number } = {},
) => {
  const sleeps: number[] = []
  const handling = createCommandHandling({
    store,
    codec,
    random: () => 1,
    sleep: async (ms) => sleeps.push(ms),
    ...more,
  })
  return { store, handling, sleeps }
}

/** Writes behind the handling's back. */
export const addElsewhere = (store: InMemoryStore, stream: string, amount: number) =>
  createCommandHandling({ store, codec }).handle(
    total,
    stream,
    { add: amount },
    context(`elsewhere-${store.log.length}`),
  )
