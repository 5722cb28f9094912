import type { AllReader } from '../event-store/port.ts'
import { positionToText, type Position } from '../event-store/position.ts'
import type { Logger } from '../observability/logger.ts'
import { pause } from '../time/waiting.ts'
import { isSame, type Checkpoint, storedAs } from './checkpoints.ts'

export type PlacesOptions = {
  readonly holds: AllReader['holds']
  readonly logger: Logger
  /** How long a store that says no is asked again, in milliseconds: the node that answers may be behind the one that wrote. */
  readonly doubtMs: number
}

/** Whether the event store's log is still the one that the tables were folded from, as far as that can be seen. */
export type Places = {
  /**
   * Those of the checkpoints whose place is not in the log. What has once been found not to be there stays so: a log that was put back
   * or begun anew grows, and may have some place of that number one day, with other events before it.
   * @throws StoreUnavailable
   */
  notHeld(checkpoints: readonly Checkpoint[], signal: AbortSignal): Promise<readonly Checkpoint[]>
}

const everyMs = 500

export const createPlaces = ({ holds, logger, doubtMs }: PlacesOptions): Places => {
  const known = new Map<string, Checkpoint>()

  const isKnown = (checkpoint: Checkpoint): boolean => {
    const before = known.get(checkpoint.name)
    return before !== undefined && isSame(storedAs(before), storedAs(checkpoint))
  }

  /** A log that has the place at last has it: positions were given out by it. */
  const isHeld = async (position: Position, signal: AbortSignal): Promise<boolean> => {
    const giveUpAt = performance.now() + doubtMs
    for (let logged = false; ; logged = true) {
      if (await holds(position)) return true
      if (signal.aborted || performance.now() >= giveUpAt) return false
      if (!logged)
        logger.warn('the event store does not have the position of a checkpoint; asking again', {
          position: positionToText(position),
          doubtMs,
        })
      await pause(Math.min(everyMs, doubtMs), signal)
    }
  }

  return {
    async notHeld(checkpoints, signal) {
      const answers = new Map<string, boolean>()
      const elsewhere: Checkpoint[] = []
      for (const checkpoint of checkpoints) {
        const { name, position } = checkpoint
        if (position === undefined) continue
        if (!isKnown(checkpoint)) {
          const text = positionToText(position)
          const held = answers.get(text) ?? (await isHeld(position, signal))
          answers.set(text, held)
          // Stopped in the middle of the doubt: nothing is known.
          if (held || signal.aborted) continue
          known.set(name, checkpoint)
        }
        elsewhere.push(checkpoint)
      }
      return elsewhere
    },
  }
}
