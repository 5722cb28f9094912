import type { DeadlineSettings } from '../../domain/orders/deadline.ts'
import type { IntentKind } from '../perform/intent.ts'
import type { Performing } from '../perform/performing.ts'
import type { Deadline } from './deadline.ts'
import type { Due } from './due.ts'

export type DueWorkerDependencies = {
  readonly due: Due
  readonly perform: Performing['perform']
  readonly deadline: Deadline
  readonly settings: DeadlineSettings
  readonly firstDelayMs: number
  readonly now: () => Date
  /** What is worth trying now: nothing that lies behind an open circuit breaker. */
  readonly worthTrying: () => readonly IntentKind[]
  /** How much is taken up at once; what is beyond it is still due the next time. */
  readonly atOnce: number
  readonly failed: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Takes up everything that is due, once. Resolves to how much that was. One that fails does not keep the others. */
export const createDuePass = (dependencies: DueWorkerDependencies): (() => Promise<number>) => {
  const { due, perform, deadline, settings, firstDelayMs, now, worthTrying, atOnce, failed } = dependencies

  const takeUp = async (message: string, orderId: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      // It stays open and is due again: the log says what stands in its way.
      failed(message, { orderId, error })
    }
  }

  return async () => {
    const intents = await due.intents({ now: now(), kinds: worthTrying(), firstDelayMs, limit: atOnce })
    await Promise.all(
      intents.map((intent) =>
        takeUp(`a ${intent.kind} that is due could not be performed`, intent.orderId, () => perform(intent)),
      ),
    )
    const orders = await due.orders({ now: now(), settings, limit: atOnce })
    await Promise.all(
      orders.map((order) => takeUp('an order deadline could not be handled', order.orderId, () => deadline(order))),
    )
    return intents.length + orders.length
  }
}

export type WorkerOptions = {
  readonly signal: AbortSignal
  readonly everyMs: number
  /** Resolves early, without an error, when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly failed: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Pass after pass until the signal aborts. A pass that fails as a whole (a store is away) is tried again at the next turn. */
export const runDueWorker = async (
  pass: () => Promise<number>,
  { signal, everyMs, sleep, failed }: WorkerOptions,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await pass()
    } catch (error) {
      failed('due intents and deadlines could not be read', { error })
    }
    await sleep(everyMs, signal)
  }
}
