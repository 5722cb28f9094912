import { randomUUID } from 'node:crypto'
import { streams } from '../domain/shared/streams.ts'
import { stockDecider } from '../domain/inventory/stock.ts'
import { shopEvents } from '../domain/registry.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../infrastructure/event-store/command-context.ts'
import { createCommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { inTurn, type InTurn } from './in-turn.ts'
import type { BenchOptions } from './options.ts'

const context = (): CommandContext => {
  const id = randomUUID()
  return {
    commandId: id,
    correlationId: id,
    causationId: id,
    actor: { type: 'system', id: 'bench' },
    now: () => new Date(),
  }
}

/** Commands for one SKU, all at once, against the same commands one after another: each then has an append of its own, and waits for it. */
export const measureOneSku = async (
  eventStoreUrl: string,
  run: string,
  { rounds, brief }: Pick<BenchOptions, 'rounds' | 'brief'>,
  say: (line: string) => void,
): Promise<InTurn> => {
  const { commandsARound, warmUps } = brief ? { commandsARound: 50, warmUps: 0 } : { commandsARound: 1_200, warmUps: 2 }
  const store = await connectEventStore({ url: eventStoreUrl })
  const commands = createCommandHandling({ store, codec: createCodec(shopEvents) })

  /** A second, on a stream of its own. */
  const reserve = async (sku: string, carryOut: (one: () => Promise<unknown>) => Promise<unknown>): Promise<number> => {
    const handle = (command: Parameters<typeof stockDecider.decide>[0]) =>
      commands.handle(stockDecider, streams.stock(sku), command, context())
    await handle({ type: 'ReceiveStock', sku, quantity: commandsARound, document: randomUUID() })
    const began = performance.now()
    await carryOut(() => handle({ type: 'ReserveStock', sku, orderId: randomUUID(), quantity: 1 }))
    return commandsARound / ((performance.now() - began) / 1_000)
  }
  const together = (sku: string) => reserve(sku, (one) => Promise.all(Array.from({ length: commandsARound }, one)))
  const inARow = (sku: string) =>
    reserve(sku, async (one) => {
      for (let n = 0; n < commandsARound; n += 1) await one()
    })

  try {
    for (let time = 1; time <= warmUps; time += 1) {
      await together(`${run}-WARM-A${time}`)
      await inARow(`${run}-WARM-B${time}`)
    }
    return await inTurn(
      rounds,
      { shop: (round) => together(`${run}-ONE-A${round}`), bare: (round) => inARow(`${run}-ONE-B${round}`) },
      (round, ours, bares) =>
        say(
          `round ${round}: ${ours.toFixed(0)} reservations of one SKU a second that wait together; one after another ${bares.toFixed(0)}`,
        ),
    )
  } finally {
    await store.dispose()
  }
}
