import type { EventStore } from '../../infrastructure/event-store/port.ts'
import type { ServiceName } from '../../processors/services.ts'
import { deliveriesOf, type OrderLog } from './log-of-orders.ts'
import { processorTimeOf } from './processor-time.ts'
import { startConsumer } from './started-consumer.ts'
import { writeOrders } from './write-orders.ts'

/** Of one round. Undefined where the system does not say. */
export type Figures = {
  /** As many as groups that are given everything have. */
  readonly perSecond: number
  readonly consumerUs: number
  readonly storeUs: number | undefined
  /** An order's, as they were; and milliseconds from append to handler. All of them are measured with a rate only. */
  readonly deliveries: number
  readonly consumerMs: number
  readonly storeMs: number | undefined
  readonly delayP50: number
  readonly delayP99: number
}

export type Measured = { readonly way: string; readonly rounds: Figures[] }
export type Target = { readonly store: EventStore; readonly url: string; readonly pid: number }

export type Setup = {
  /** Which event store a way is measured on. */
  readonly targetOf: (way: string) => Target
  /** How many orders there are in a log. */
  readonly orders: number
  /** What is consumed, with streams and ids of that seed alone, and by the groups of which services. */
  readonly logOf: (seed: string) => Promise<readonly OrderLog[]>
  readonly services: readonly ServiceName[]
  readonly rounds: number
  /** Orders a second that come while they are consumed; 0: all of them are there already. */
  readonly rate: number
  readonly handlerMs: number
  /** Names of ways, or checkouts whose way is measured as `shop`. */
  readonly ways: readonly string[]
  readonly profile: string | undefined
  readonly say: (line: string) => void
}

const profiling = (folder: string | undefined, way: string): readonly string[] =>
  folder === undefined
    ? []
    : ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${way.replaceAll('/', '_')}-${Date.now()}.cpuprofile`]

/** One round of each way after another, again and again; the first of each is a warm-up. */
export const measure = async (setup: Setup): Promise<readonly Measured[]> => {
  const { targetOf, services, rounds, rate, say } = setup
  const consumers = await Promise.all(
    setup.ways.map(async (way) => {
      const nodeArgs = profiling(setup.profile, way)
      const { url } = targetOf(way)
      return {
        way,
        consumer: await startConsumer({ way, url, handlerMs: setup.handlerMs, services, nodeArgs }),
      }
    }),
  )
  const measured = consumers.map(({ way }): Measured => ({ way, rounds: [] }))
  const there = new Map<Target, { wanted: number; all: number }>()
  const thereIn = (target: Target) => there.get(target) ?? { wanted: 0, all: 0 }
  const add = async (target: Target, seed: string) => {
    const orders = await setup.logOf(seed)
    const deliveries = deliveriesOf(orders, services)
    const before = thereIn(target)
    there.set(target, { wanted: before.wanted + deliveries.wanted, all: before.all + deliveries.all })
    return { orders, deliveries }
  }
  if (rate === 0)
    for (const target of new Set(setup.ways.map(targetOf)))
      await writeOrders(target.store, (await add(target, 'first')).orders, 0)

  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { way, consumer }] of consumers.entries()) {
      const name = `${index}-${round}`
      const target = targetOf(way)
      let deliveries = thereIn(target)
      if (rate > 0) {
        // What is there from earlier rounds comes first, and is not counted.
        await consumer.start(name)
        if (deliveries.wanted > 0) await consumer.handled(deliveries.wanted)
        await consumer.quiet()
      }
      const more = rate > 0 ? await add(target, name) : undefined
      if (more !== undefined) ({ deliveries } = more)
      const storeBefore = processorTimeOf(target.pid)
      const began = performance.now()
      if (more === undefined) await consumer.start(name)
      const writing = more === undefined ? undefined : writeOrders(target.store, more.orders, rate)
      const [handled] = await Promise.all([consumer.handled(deliveries.wanted), writing])
      const milliseconds = performance.now() - began
      const storeAfter = processorTimeOf(target.pid)
      if (rate > 0) await consumer.quiet()
      const delivered = await consumer.stop()
      if (round === 0) continue
      const storeMs = storeBefore === undefined || storeAfter === undefined ? undefined : storeAfter - storeBefore
      const figures: Figures = {
        perSecond: deliveries.all / (milliseconds / 1_000),
        consumerUs: (handled.processorMs * 1_000) / deliveries.all,
        storeUs: storeMs === undefined ? undefined : (storeMs * 1_000) / deliveries.all,
        deliveries: delivered / setup.orders,
        consumerMs: handled.processorMs / setup.orders,
        storeMs: storeMs === undefined ? undefined : storeMs / setup.orders,
        delayP50: handled.delayP50,
        delayP99: handled.delayP99,
      }
      measured[index]?.rounds.push(figures)
      say(
        `round ${round}, ${way}: ${figures.perSecond.toFixed(0)} deliveries/s, ${figures.consumerUs.toFixed(1)} µs in the consumer, ${figures.storeUs?.toFixed(1) ?? '–'} in the store`,
      )
    }
  }
  for (const { consumer } of consumers) consumer.exit()
  return measured
}
