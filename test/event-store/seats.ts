import { z } from 'zod'
import type { Decider } from '../../domain/shared/decider.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { createInMemoryStore, type InMemoryStore } from '../simulation/in-memory-store.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../../infrastructure/event-store/command-context.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'

/** Seats: taken once by each guest, while there are any. */
type Taken = { readonly type: 'Taken'; readonly guest: string; readonly note?: string | undefined }
type Opened = { readonly type: 'Opened'; readonly seats: number }
export type SeatsEvent = Taken | Opened
export type Seats = { readonly seats: number; readonly guests: readonly string[] }
type Command = { readonly open: number } | { readonly take: string; readonly note?: string }

export const codec = createCodec({
  Opened: { version: 1, schema: z.strictObject({ seats: z.int() }) },
  Taken: { version: 1, schema: z.strictObject({ guest: z.string().max(20), note: z.string().optional() }) },
})

export const seats: Decider<Seats, Command, SeatsEvent> = {
  initialState: { seats: 0, guests: [] },
  decide(command, state) {
    if ('open' in command) return state.seats > 0 ? [] : [{ type: 'Opened', seats: command.open }]
    if (state.guests.includes(command.take)) return []
    if (state.guests.length >= state.seats) throw new Refusal('out_of_stock')
    return [{ type: 'Taken', guest: command.take, ...(command.note === undefined ? {} : { note: command.note }) }]
  },
  evolve: (state, event) =>
    event.type === 'Opened' ? { ...state, seats: event.seats } : { ...state, guests: [...state.guests, event.guest] },
}

export const stream = 'seats-1'
export const context = (commandId: string, more: Partial<CommandContext> = {}): CommandContext => ({
  commandId,
  correlationId: 'order-1',
  causationId: 'cause-1',
  actor: { type: 'system', id: commandId },
  now: () => new Date('2026-01-01T00:00:00.000Z'),
  ...more,
})

/** A store that counts, and whose next append can be held back, refused or left unanswered. */
export const watched = (inner: InMemoryStore = createInMemoryStore()) => {
  const asked: string[] = []
  let next: ((go: () => ReturnType<InMemoryStore['append']>) => ReturnType<InMemoryStore['append']>) | undefined
  const store: InMemoryStore = {
    ...inner,
    append: (...all) => {
      asked.push(`append ${all[1].length} at ${all[2]}`)
      const go = () => inner.append(...all)
      const handle = next ?? ((sent) => sent())
      next = undefined
      return handle(go)
    },
    readStream: (name, options) => {
      asked.push(`read from ${options?.from ?? 0n}`)
      return inner.readStream(name, options)
    },
  }
  return {
    store,
    asked,
    onNextAppend: (how: NonNullable<typeof next>) => {
      next = how
    },
  }
}

export const handlingOver = (store: InMemoryStore) =>
  createCommandHandling({ store, codec, random: () => 1, sleep: async () => undefined })
export const turn = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
export const guests = (store: InMemoryStore) =>
  store.log.flatMap(({ data }) => {
    const { guest } = data as { guest?: string }
    return guest ?? []
  })

/** Open, with so many seats, known to the handling; what it asked for that is forgotten. */
export const opened = async (count: number) => {
  const { store, asked, onNextAppend } = watched()
  const handling = handlingOver(store)
  await handling.handle(seats, stream, { open: count }, context('opens'), { mayOpen: true })
  asked.length = 0
  const take = (
    guest: string,
    more: Partial<CommandContext> = {},
    options: Parameters<typeof handling.handle>[4] = {},
  ) => handling.handle(seats, stream, { take: guest }, context(`takes for ${guest}`, more), options)
  return { store, asked, onNextAppend, handling, take }
}

/** Of an event that somebody else writes. */
export const metadataOf = (store: InMemoryStore) => {
  const recorded = store.log[0] === undefined ? undefined : codec.decode(store.log[0])
  if (recorded === undefined) throw new Error('nothing was written yet')
  return recorded.metadata
}
