import type { AttemptLedger, Starts } from '../../infrastructure/subscriptions/attempt-ledger.ts'

/** A ledger that outlives the processes of a test. `counted` is what stands in it. */
export const createInMemoryAttempts = (): AttemptLedger & { readonly counted: ReadonlyMap<string, Starts> } => {
  const counted = new Map<string, Starts>()
  return {
    counted,
    async started(_group, eventId) {
      const { starts, alone } = counted.get(eventId) ?? { starts: 0, alone: 0 }
      const now = { starts: starts + 1, alone }
      counted.set(eventId, now)
      return now
    },
    async startedAlone(_group, eventId) {
      const { starts, alone } = counted.get(eventId) ?? { starts: 0, alone: 0 }
      counted.set(eventId, { starts, alone: alone + 1 })
    },
    finished(_group, eventId) {
      counted.delete(eventId)
    },
  }
}
