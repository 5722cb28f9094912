import type { AllReader } from '../event-store/port.ts'
import type { Logger } from '../observability/logger.ts'
import type { Pool } from '../postgres/pool.ts'
import { backoffMs } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { isSame, storedAs, type Checkpoint, type StoredCheckpoint } from './checkpoints.ts'
import { FoldFault, type Decoder } from './fold.ts'
import { attemptsApart } from './passing-fault.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import type { Source } from './source.ts'
import { rebuildProjection } from './rebuild.ts'
import type { OpenTables } from './tables.ts'

export type ApartState = { readonly state: 'rebuilding' | 'refused'; readonly detail: string }

/** The projections whose table is not of the code's version, or that can't be gone on with, and what is done about them. */
export type Apart<Event> = {
  readonly states: ReadonlyMap<string, ApartState>
  /** Takes note of where the tables are, and of those that stand at a place that the log has not; answers those to be built anew. */
  sort(tables: OpenTables<Event>, elsewhere: readonly Checkpoint[]): readonly AnyProjection<Event>[]
  /** Builds outdated tables one after the other until one has been replaced: `replaced` is called then. Never rejects. */
  rebuild(outdated: readonly AnyProjection<Event>[], signal: AbortSignal, replaced: () => void): Promise<void>
  /** Somebody else has built a table that is of the code's version now, or has touched a checkpoint that could not be gone on from. */
  isSettled(stored: ReadonlyMap<string, StoredCheckpoint>): boolean
}

export type ApartOptions<Event> = {
  readonly projections: readonly AnyProjection<Event>[]
  readonly decoder: Decoder<Event>
  readonly source: Source
  readonly pool: Pool
  readonly holds: AllReader['holds']
  readonly databaseUrl: string
  readonly logger: Logger
  /** How a table is built anew by hand, as one would type it. */
  readonly rebuildCommand: (name: string) => string
  readonly rebuildSetsAside?: boolean
}

/**
 * A table of an older version stays readable as it is while the new one is built beside it, without being asked; the old fold is gone,
 * so it can't be kept up to date. A table of a newer version is left alone: this is an older program, perhaps only not stopped yet,
 * and two programs must not build each other's tables in turn. Going back is somebody's decision: a rebuild by hand. So it is where the
 * place of a checkpoint makes no sense: something has happened here that somebody should know of.
 */
export const createApart = <Event>({ projections, ...options }: ApartOptions<Event>): Apart<Event> => {
  const { logger, rebuildCommand } = options
  const states = new Map<string, ApartState>()
  /** Checkpoints that can't be gone on from, as they were when that was found. */
  const useless = new Map<string, StoredCheckpoint>()

  const refuse = (projection: AnyProjection<Event>, detail: string, error?: unknown) => {
    if (states.get(nameOf(projection))?.state !== 'refused') {
      logger.error('projection refused: its read table is no longer updated', {
        projection: nameOf(projection),
        version: projection.version,
        detail,
        error,
      })
    }
    states.set(nameOf(projection), { state: 'refused', detail })
  }

  const standStill = (projection: AnyProjection<Event>, checkpoint: StoredCheckpoint, why: string) => {
    useless.set(nameOf(projection), checkpoint)
    refuse(
      projection,
      `its checkpoint ${why}; it stands still until it is built anew: ${rebuildCommand(nameOf(projection))}`,
    )
  }

  const rebuildOne = async (projection: AnyProjection<Event>, signal: AbortSignal): Promise<boolean> => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await rebuildProjection({ ...options, projection, signal, setsAside: options.rebuildSetsAside === true })
        return true
      } catch (error) {
        if (signal.aborted) return false
        if (error instanceof FoldFault) {
          // The same events would fail in the same fold again: it waits for another program, or for a rebuild by hand.
          refuse(
            projection,
            `its rebuild failed: ${error.message}; it stands still until it is built anew: ${rebuildCommand(nameOf(projection))}, with --set-aside to leave out that row`,
            error,
          )
          return false
        }
        logger.warn('rebuild of an outdated projection failed; retrying', { projection: nameOf(projection), error })
        await pause(backoffMs(attempt, attemptsApart), signal)
      }
    }
    return false
  }

  return {
    states,
    sort({ current, outdated, ahead, unreadable }, elsewhere) {
      useless.clear()
      for (const { projection, checkpoint } of current) {
        const name = nameOf(projection)
        if (!elsewhere.includes(checkpoint)) states.delete(name)
        else
          standStill(
            projection,
            storedAs(checkpoint),
            'is not in the log of the event store, which was put back or is another one',
          )
      }
      for (const { projection, checkpoint } of unreadable) {
        standStill(projection, checkpoint, `holds '${checkpoint.position ?? ''}', which is no place in a log`)
      }
      for (const projection of ahead)
        refuse(
          projection,
          'the table is of a newer version than this program; to go back, put the table before back by hand, or rebuild it',
        )
      const due = outdated.filter((projection) => states.get(nameOf(projection))?.state !== 'refused')
      for (const projection of due) {
        states.set(nameOf(projection), { state: 'rebuilding', detail: `version ${projection.version} is being built` })
      }
      return due
    },
    async rebuild(outdated, signal, replaced) {
      for (const projection of outdated) if (await rebuildOne(projection, signal)) return replaced()
    },
    isSettled: (stored) =>
      projections.some((projection) => {
        const name = nameOf(projection)
        const [before, now] = [useless.get(name), stored.get(name)]
        if (before !== undefined) return now === undefined || !isSame(before, now)
        return states.has(name) && now?.version === projection.version
      }),
  }
}
