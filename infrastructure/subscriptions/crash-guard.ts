import { waysToStart, type AttemptLedger } from './attempt-ledger.ts'
import type { HandlerResult } from './retry-policy.ts'
import type { RunningAlone } from './running-alone.ts'

/** What a process guards itself with against events that kill it. */
export type CrashGuarding = {
  readonly ledger: AttemptLedger
  /** The same for all groups of the process. */
  readonly running: RunningAlone
}

/** Why a handler was not started when its turn came: nobody waits for it any more, or it has waited for too long. */
export type NotStarted = 'forgotten' | 'too_late'

/** One event's handling, from its first start to its end; `begin` as often as it is tried. */
export type GuardedHandling = {
  begin(work: () => Promise<HandlerResult>): Promise<HandlerResult | NotStarted>
  /** It has left our hands, or the process ends in good order while it runs. */
  end(): void
}

export type GuardedEvent = {
  readonly group: string
  readonly eventId: string
  /** Handed in by a person, who has seen why it was put aside: it is handled whatever is known of it. */
  readonly byPerson: boolean
  /** A process may have died of it. */
  readonly comesAgain: () => boolean
  /** Asked when its turn has come, which may be long after it was wanted: others run alone before it. */
  readonly notToStart: () => NotStarted | undefined
}

const killsTheProcess: HandlerResult = {
  outcome: {
    park: {
      code: 'kills_the_process',
      message:
        'The process ended each time while it handled this event, three times of them with nothing else beside it. It was not handled again.',
    },
  },
}

/**
 * An event that has been given before is written down before its handler starts. From the second start on that nobody saw the end of, it
 * runs alone; what ran beside it by chance then comes to its end, and is only late. What did not end three times, though it ran alone, is
 * parked unhandled.
 */
export const createCrashGuard =
  (guarding: CrashGuarding | undefined) =>
  ({ group, eventId, byPerson, comesAgain, notToStart }: GuardedEvent): GuardedHandling => {
    if (guarding === undefined) return { begin: async (work) => notToStart() ?? work(), end: () => undefined }
    const { ledger, running } = guarding
    let way: ReturnType<typeof waysToStart> | undefined
    let isWrittenDown = false
    let isWrittenDownAlone = false

    /** Not before it may run: what waits while another kills the process has not been started. */
    const look = async (): Promise<ReturnType<typeof waysToStart>> => {
      const starts = await ledger.started(group, eventId)
      isWrittenDown = starts !== undefined
      const found = starts === undefined ? 'beside' : waysToStart(starts)
      return found === 'never' && byPerson ? 'alone' : found
    }

    const beside = (work: () => Promise<HandlerResult>) =>
      running.beside(async () => {
        const not = notToStart()
        if (not !== undefined) return not
        if (comesAgain()) way ??= await look()
        return way === undefined || way === 'beside' ? work() : undefined
      })

    const alone = (work: () => Promise<HandlerResult>) =>
      running.alone(async () => {
        const not = notToStart()
        if (not !== undefined) return not
        // Once, however often it is then tried.
        if (!isWrittenDownAlone) await ledger.startedAlone(group, eventId)
        isWrittenDownAlone = true
        return work()
      })

    return {
      async begin(work) {
        const result = way === undefined || way === 'beside' ? await beside(work) : undefined
        if (result !== undefined) return result
        if (way !== 'never') return alone(work)
        // Stays written down: should it come once more, it is not handled either.
        isWrittenDown = false
        return killsTheProcess
      },

      end() {
        if (isWrittenDown) ledger.finished(group, eventId)
        isWrittenDown = false
      },
    }
  }
