import type { DeadlineSettings } from '../../domain/orders/deadline.ts'
import type { Channel } from '../../domain/shared/channel.ts'
import type { Turn } from '../../infrastructure/time/turns.ts'
import type { Intent, IntentKind } from '../perform/intent.ts'
import type { Performing } from '../perform/performing.ts'
import type { Deadline, WaitingOrder } from './deadline.ts'
import type { Due, DuePlace, WaitingPlace } from './due.ts'

export type DueWorkerDependencies = {
  readonly due: Pick<Due, 'intents' | 'orders'>
  readonly perform: Performing['perform']
  readonly deadline: Deadline
  readonly settings: DeadlineSettings
  readonly firstDelayMs: number
  readonly now: () => Date
  /** How many are worth trying now: none that lies behind an open circuit breaker. */
  readonly worthTrying: (effect: EffectName) => number
  /** Waited for before each payment and each refund: the provider's backlog is worked off at its pace. */
  readonly turn: Turn
  /** How many deadlines are taken up at once; what is beyond it is still due the next time. */
  readonly deadlinesAtOnce: number
  /** Aborts when the process begins to drain: nothing is taken up any more. */
  readonly draining: AbortSignal
  readonly failed: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Takes up what is due, once. Resolves to how much that was. One that fails does not keep the others. */
export type DuePass = () => Promise<number>

/** Each goes to an outside of its own, or asks another thing of it. */
const effects = {
  payment: { kind: 'payment' },
  refund: { kind: 'refund' },
  email: { kind: 'notification', channel: 'email' },
  sms: { kind: 'notification', channel: 'sms' },
} as const satisfies Record<string, { readonly kind: IntentKind; readonly channel?: Channel }>
export type EffectName = keyof typeof effects

/** A pass for each of what can be due. None of them waits for another: an outside that hangs holds up what is sent there alone. */
export type DuePasses = Readonly<Record<EffectName | 'deadline' | 'latest', DuePass>>

export const createDuePasses = (dependencies: DueWorkerDependencies): DuePasses => {
  const { due, perform, deadline, settings, firstDelayMs, now, worthTrying, turn, deadlinesAtOnce, draining, failed } =
    dependencies

  const takeUp = async (message: string, orderId: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      // It stays open and is due again: the log says what stands in its way.
      failed(message, { orderId, error })
    }
  }

  /** In its turn; by then it may be no longer worth it, and it is as due as it was. */
  const inTurn = async (name: EffectName, limit: number, intent: Intent): Promise<void> => {
    const isWorthIt = () => !draining.aborted && worthTrying(name) >= limit
    if (intent.kind !== 'notification' && !(await turn(isWorthIt))) return
    if (!isWorthIt()) return
    await takeUp(`a ${intent.kind} that is due could not be performed`, intent.orderId, () => perform(intent))
  }

  /**
   * What finds no room takes no lease, and is as due as it was. So the passes go round: all that was due when a round began is taken up,
   * oldest first, before any of it is taken up a second time.
   */
  const effectPass = (name: EffectName): DuePass => {
    const what: { readonly kind: IntentKind; readonly channel?: Channel } = effects[name]
    let round: { readonly begun: Date; readonly after: DuePlace } | undefined

    return async () => {
      const limit = worthTrying(name)
      if (limit === 0 || draining.aborted) return 0
      let begun = round?.begun ?? now()
      let intents = await due.intents({ now: begun, ...what, after: round?.after, firstDelayMs, limit })
      if (intents.length === 0 && round !== undefined) {
        begun = now()
        intents = await due.intents({ now: begun, ...what, firstDelayMs, limit })
      }
      const last = intents.at(-1)
      round = last === undefined || intents.length < limit ? undefined : { begun, after: last }
      await Promise.all(intents.map((intent) => inTurn(name, limit, intent)))
      return intents.length
    }
  }

  const lookAtAll = async (orders: readonly WaitingOrder[]): Promise<number> => {
    if (draining.aborted) return 0
    await Promise.all(
      orders.map((order) => takeUp('an order deadline could not be handled', order.orderId, () => deadline(order))),
    )
    return orders.length
  }

  /** In rounds as well: what is still due after a look does not keep the younger ones from theirs. */
  let waitingRound: { readonly begun: Date; readonly after: WaitingPlace } | undefined
  const deadlinePass: DuePass = async () => {
    if (draining.aborted) return 0
    const common = { settings, past: 'deadline', limit: deadlinesAtOnce } as const
    let begun = waitingRound?.begun ?? now()
    let orders = await due.orders({ ...common, now: begun, after: waitingRound?.after })
    if (orders.length === 0 && waitingRound !== undefined) {
      begun = now()
      orders = await due.orders({ ...common, now: begun })
    }
    const last = orders.at(-1)
    waitingRound = last === undefined || orders.length < deadlinesAtOnce ? undefined : { begun, after: last }
    return lookAtAll(orders)
  }

  /** Those that nothing is waited for any more, by themselves: they do not wait for those that do. */
  const latestPass: DuePass = async () =>
    draining.aborted ? 0 : lookAtAll(await due.orders({ now: now(), settings, past: 'latest', limit: deadlinesAtOnce }))

  return {
    payment: effectPass('payment'),
    refund: effectPass('refund'),
    email: effectPass('email'),
    sms: effectPass('sms'),
    latest: latestPass,
    deadline: deadlinePass,
  }
}

export type WorkerOptions = {
  readonly signal: AbortSignal
  readonly everyMs: number
  /** Resolves early, without an error, when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly failed: (error: unknown) => void
}

/** Pass after pass until the signal aborts. A pass that fails as a whole (a store is away) is tried again at the next turn. */
export const runDueWorker = async (
  pass: () => Promise<unknown>,
  { signal, everyMs, sleep, failed }: WorkerOptions,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await pass()
    } catch (error) {
      failed(error)
    }
    await sleep(everyMs, signal)
  }
}
