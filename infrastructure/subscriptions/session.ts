import type { Delivery, GroupConnection } from '../event-store/port.ts'
import type { Answers } from './answers.ts'

/** One subscription, from its confirmation to its end. */
export type Session = {
  /**
   * Hands on what comes until it is told to stop or the server ends it. `accept` may take its time: nothing more is read meanwhile.
   */
  run(accept: (delivery: Delivery, answers: Answers) => Promise<void>): Promise<SessionEnd>
  /** Ends `run`, at once: what comes after is not looked at, and goes back to the server when the connection is closed. */
  stop(): void
}

export type SessionEnd = { readonly kind: 'stopped' } | { readonly kind: 'dropped'; readonly error: unknown }

export const createSession = (connection: Pick<GroupConnection, 'deliveries'>, answers: Answers): Session => {
  let stopped = false
  let interrupt = () => { /* nothing is being waited for yet */ }

  return {
    async run(accept) {
      const deliveries = connection.deliveries[Symbol.asyncIterator]()
      // One promise a delivery, so that a subscription that lives for months leaves no trail of waiting ones.
      const next = () => new Promise<IteratorResult<Delivery> | 'stopped'>((resolve, reject) => {
        interrupt = () => { resolve('stopped') }
        deliveries.next().then(resolve, reject)
      })
      try {
        while (!stopped) {
          const result = await next()
          if (result === 'stopped') break
          if (result.done === true) return stopped ? { kind: 'stopped' } : { kind: 'dropped', error: undefined }
          await accept(result.value, answers)
        }
        return { kind: 'stopped' }
      } catch (error) {
        return { kind: 'dropped', error }
      }
    },
    stop() {
      stopped = true
      interrupt()
    },
  }
}
