import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import type { FromConsumer, ToConsumer } from './consumer-process.ts'
import { deliveriesOf, logOfOrders, type OrderLog } from './log-of-orders.ts'
import { processorTimeOf } from './processor-time.ts'

/** Of one round. Times in microseconds a delivery; undefined where the system does not say. */
export type Figures = { readonly perSecond: number; readonly consumerUs: number; readonly storeUs: number | undefined }

export type Measured = { readonly way: string; readonly rounds: Figures[] }

export type Setup = {
  readonly store: EventStore
  readonly url: string
  readonly storePid: number
  readonly orders: number
  readonly rounds: number
  /** Orders a second that come while they are consumed; 0: all of them are there already. */
  readonly rate: number
  readonly handlerMs: number
  /** Names of ways, or checkouts whose way is measured as `shop`. */
  readonly ways: readonly string[]
  readonly profile: string | undefined
  readonly say: (line: string) => void
}

const startConsumer = async (way: string, { handlerMs, url, profile }: Setup) => {
  const [folder, name] = way.includes('/') ? [`file://${way}/bench/consumer/`, 'shop'] : [import.meta.url, way]
  const execArgv =
    profile === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-name', `${name}-${Date.now()}.cpuprofile`]
  const child: ChildProcess = fork(
    fileURLToPath(new URL('consumer-process.ts', folder)),
    [name, String(handlerMs), url],
    { execArgv },
  )
  const answer = () =>
    new Promise<FromConsumer>((resolve, reject) => {
      const onExit = () => {
        reject(new Error(`the consumer ${way} has ended`))
      }
      child.once('exit', onExit)
      // It sends nothing else.
      child.once('message', (message) => {
        child.off('exit', onExit)
        resolve(message as FromConsumer)
      })
    })
  const ask = (message: ToConsumer) => {
    const answered = answer()
    child.send(message)
    return answered
  }
  await answer()
  return {
    ask,
    exit: () => {
      child.send({ kind: 'exit' } satisfies ToConsumer)
    },
  }
}

/** Order by order, so many under way at once; with a rate, each begins when its time has come. */
const write = async (store: EventStore, orders: readonly OrderLog[], rate: number): Promise<void> => {
  const began = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let index = next++; index < orders.length; index = next++) {
        if (rate > 0) await wait(Math.max(0, began + (index * 1_000) / rate - performance.now()))
        for (const { stream, event } of orders[index] ?? []) await store.append(stream, [event], 'any')
      }
    }),
  )
}

/** One round of each way after another, again and again; the first of each is a warm-up. */
export const measure = async (setup: Setup): Promise<readonly Measured[]> => {
  const { store, storePid, rounds, rate, say } = setup
  const consumers = await Promise.all(setup.ways.map(async (way) => ({ way, ...(await startConsumer(way, setup)) })))
  const measured = consumers.map(({ way }): Measured => ({ way, rounds: [] }))
  let there = { wanted: 0, all: 0 }
  const add = async (seed: string) => {
    const orders = await logOfOrders(setup.orders, seed)
    const deliveries = deliveriesOf(orders)
    there = { wanted: there.wanted + deliveries.wanted, all: there.all + deliveries.all }
    return { orders, deliveries }
  }
  if (rate === 0) await write(store, (await add('first')).orders, 0)

  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { way, ask }] of consumers.entries()) {
      const name = `${index}-${round}`
      let deliveries = there
      if (rate > 0) {
        // What is there from earlier rounds comes first, and is not counted.
        await ask({ kind: 'start', round: name })
        if (there.wanted > 0) await ask({ kind: 'expect', wanted: there.wanted })
      }
      const more = rate > 0 ? await add(name) : undefined
      if (more !== undefined) ({ deliveries } = more)
      const storeBefore = processorTimeOf(storePid)
      const began = performance.now()
      const writing = more === undefined ? ask({ kind: 'start', round: name }) : write(store, more.orders, rate)
      // Both are asked of one process, which answers one after the other.
      if (more === undefined) await writing
      const [handled] = await Promise.all([ask({ kind: 'expect', wanted: deliveries.wanted }), writing])
      const milliseconds = performance.now() - began
      const storeAfter = processorTimeOf(storePid)
      await ask({ kind: 'stop' })
      if (handled.kind !== 'handled' || round === 0) continue
      const figures: Figures = {
        perSecond: deliveries.all / (milliseconds / 1_000),
        consumerUs: (handled.processorMs * 1_000) / deliveries.all,
        storeUs:
          storeBefore === undefined || storeAfter === undefined
            ? undefined
            : ((storeAfter - storeBefore) * 1_000) / deliveries.all,
      }
      measured[index]?.rounds.push(figures)
      say(
        `round ${round}, ${way}: ${figures.perSecond.toFixed(0)} deliveries/s, ${figures.consumerUs.toFixed(1)} µs in the consumer, ${figures.storeUs?.toFixed(1) ?? '–'} in the store`,
      )
    }
  }
  for (const { exit } of consumers) exit()
  return measured
}
