import type sinon from 'sinon'
import type { AllSubscriber, CatchUpMessage } from '../../infrastructure/event-store/port.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import { batches, type CatchUpOptions } from '../../infrastructure/subscriptions/catch-up.ts'

export type Step = CatchUpMessage | Error | 'end'

/** A store whose n-th subscription says what `scripts[n]` has, and then nothing until it is ended. */
export const scripted = (clock: sinon.SinonFakeTimers, scripts: Step[][], options: Partial<CatchUpOptions> = {}) => {
  const asked: (Position | 'start')[] = []
  const drops: string[] = []
  let read = 0
  const store: AllSubscriber = {
    async *subscribeToAll({ after, signal }) {
      const script = scripts[asked.length] ?? []
      asked.push(after)
      for (const step of script) {
        if (step === 'end') return
        if (step instanceof Error) throw step
        if (signal.aborted) return
        yield step
        read += 1
      }
      if (!signal.aborted)
        await new Promise<void>((resolve) => {
          signal.addEventListener(
            'abort',
            () => {
              resolve()
            },
            { once: true },
          )
        })
    },
  }
  const ending = new AbortController()
  const all = batches({
    store,
    after: 'start',
    streamPrefixes: ['order-'],
    maxBatch: 3,
    maxLength: 1_000,
    maxLingerMs: 0,
    live: 0,
    signal: ending.signal,
    random: () => 1,
    onDropped: (error, inMs) =>
      drops.push(`${error instanceof Error ? error.message : 'in good order'}, again in ${inMs}`),
    ...options,
  })
  /** What is there when everything that can happen has happened; 'nothing' when the consumer would wait. */
  const next = async (): Promise<string> => {
    const pending = all.next()
    void pending.catch(() => undefined)
    const result = await Promise.race([pending, clock.tickAsync(60_000).then(() => 'nothing' as const)])
    if (result === 'nothing') return result
    if (result.done === true) return 'done'
    const { events, position, caughtUp: isAll } = result.value
    return `${events.map(({ id }) => id).join(' ')} @${position?.commit ?? '-'}${isAll ? ' all' : ''}`
  }
  return { asked, drops, next, ending, all, read: () => read }
}
