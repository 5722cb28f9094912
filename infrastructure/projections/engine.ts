import { once } from 'node:events'
import { awaitLeadership, type Leadership } from '../postgres/leadership.ts'
import { StoreUnavailable } from '../event-store/port.ts'
import { comparePositions, type Position } from '../event-store/position.ts'
import type { Batch } from '../subscriptions/message-buffer.ts'
import { backoffMs } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { createApart } from './apart.ts'
import { applyBatch, CheckpointMoved } from './apply-batch.ts'
import type { Target } from './target.ts'
import { isSame, storedAs, touchCheckpoints, type StoredCheckpoint } from './checkpoints.ts'
import { endedBy } from './ended-by.ts'
import { createKeeping } from './kept.ts'
import { writeStandingStill } from './standing-still.ts'
import { makeMissingIndexes } from './missing-indexes.ts'
import { createPlaces } from './places.ts'
import { attemptsApart } from './passing-fault.ts'
import { nameOf } from './projection.ts'
import { postgresRows } from './postgres-rows.ts'
import { createRememberedRows } from './remembered-rows.ts'
import type { EngineOptions } from './engine-options.ts'
import { statusOf, type EngineState, type EngineStatus } from './status.ts'
import { openTables } from './tables.ts'

export type Engine = {
  readonly status: () => EngineStatus
  /** Stops after the batch in hand, and gives the lock back. */
  stop(): Promise<void>
}

const weekMs = 7 * 24 * 3_600_000

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** For an instance whose tables are all being built anew: there is nothing to keep up to date. */
const nothing = async function* (signal: AbortSignal): AsyncGenerator<Batch> {
  yield { events: [], position: undefined, caughtUp: false }
  if (!signal.aborted) await once(signal, 'abort')
}

/** Where the reading begins: at the table that is least far. What the others have already, they skip. */
const startOf = <Event>(targets: readonly Target<Event>[]): Position | 'start' => {
  let least: Position | undefined
  for (const {
    checkpoint: { position },
  } of targets) {
    if (position === undefined) return 'start'
    if (least === undefined || comparePositions(position, least) < 0) least = position
  }
  return least ?? 'start'
}

/**
 * Keeps the tables of all projections up to date by one read of `$all`, as long as it is not stopped. One instance does it, the one
 * that holds the lock; but what keeps the tables right is the compare-and-set of each write: an instance that only believes that it
 * holds the lock loses it, writes nothing and stands for election again.
 *
 * Each round: 1 become the leader · 2 read where the tables are (make missing ones; begin the rebuild of outdated ones; leave alone those
 * whose place makes no sense) · 3 subscribe after the one that is least far · 4 fold and write, batch by batch; what was written is
 * remembered, so that it need not be read. Whatever goes wrong ends the round; nothing is kept in memory from one round to the next, so
 * that a commit whose answer was lost is neither repeated nor forgotten.
 */
export const startEngine = <Event>(options: EngineOptions<Event>): Engine => {
  const { name, projections, decoder, source, pool, databaseUrl, logger } = options
  const { around = (_batch, apply) => apply() } = options
  const stopping = new AbortController()
  const streamPrefixes = [...new Set(projections.flatMap((projection) => projection.streamPrefixes))]
  let state: EngineState = { role: 'standby' }
  let targets = new Map<string, Target<Event>>()
  const store = postgresRows({ pool, strict: false })
  const apart = createApart({ ...options, projections })
  const dropKept = createKeeping({ ...options, names: projections.map(nameOf), keptMs: options.keptMs ?? weekMs })
  const places = createPlaces({ holds: options.holds, logger, doubtMs: options.doubtMs ?? 10_000 })
  let rebuilding: Promise<void> = Promise.resolve()
  let began = new Date()

  /** Someone has put another table in the place of one of ours, or has built one that this instance keeps its hands off. */
  const tablesReplaced = (current: readonly Target<Event>[], stored: ReadonlyMap<string, StoredCheckpoint>): boolean =>
    apart.isSettled(stored) ||
    current.some(({ checkpoint }) => {
      const now = stored.get(checkpoint.name)
      return now === undefined || !isSame(now, storedAs(checkpoint))
    })

  /** Between the batches: is the store still there and the same, are the tables still ours, and tell the readers that they are looked after. */
  const beat = async (current: readonly Target<Event>[], noteReasons: () => Promise<void>, signal: AbortSignal) => {
    await noteReasons()
    await dropKept()
    const checkpoints = current.map(({ checkpoint }) => checkpoint)
    if (checkpoints.every(({ position }) => position === undefined)) await options.probe?.()
    else if ((await places.notHeld(checkpoints, signal)).length > 0)
      throw new CheckpointMoved('the event store is another one, or was put back')
    const at = current.filter(({ caughtUp }) => caughtUp)
    const stored = await touchCheckpoints(
      pool,
      at.map(({ checkpoint }) => checkpoint),
      projections.map(nameOf),
    )
    if (tablesReplaced(current, stored)) throw new CheckpointMoved('a read table was replaced')
    for (const target of at) target.caughtUpAt = new Date()
  }

  const lead = async (leadership: Leadership, succeeded: () => void) => {
    began = new Date()
    const round = new AbortController()
    const leading = AbortSignal.any([stopping.signal, leadership.signal])
    const tables = await openTables(pool, projections)
    const elsewhere = await places.notHeld(
      tables.current.map(({ checkpoint }) => checkpoint),
      leading,
    )
    const current = tables.current.filter(({ checkpoint }) => !elsewhere.includes(checkpoint))
    targets = new Map(current.map((target) => [nameOf(target.projection), target]))
    rebuilding = apart.rebuild(apart.sort(tables, elsewhere), leading, () => round.abort())
    logger.info('leader: keeping the read tables up to date', {
      projections: current.map(({ projection }) => nameOf(projection)),
    })
    const noteReasons = () =>
      writeStandingStill(pool, new Map(projections.map((one) => [nameOf(one), apart.states.get(nameOf(one))?.detail])))
    await noteReasons()
    // Of this round alone: what happens between two rounds, nobody here knows.
    const remembered = createRememberedRows()
    let busy = false
    let beating = Promise.resolve()
    let fault: Error | undefined
    const heart = setInterval(() => {
      if (busy) return
      busy = true
      beating = beat(current, noteReasons, leading)
        .catch((error: unknown) => {
          fault = asError(error)
          round.abort()
        })
        .finally(() => {
          busy = false
        })
    }, options.heartbeatMs ?? 2_000)
    const over = new AbortController()
    const indexing = makeMissingIndexes(
      current.map(({ projection: { table }, checkpoint: { generation } }) => ({ table, generation })),
      { pool, databaseUrl, logger, signal: AbortSignal.any([leading, over.signal]) },
    )
    try {
      const signal = AbortSignal.any([leading, round.signal])
      const reading =
        current.length === 0 ? nothing(signal) : source({ after: startOf(current), streamPrefixes, signal })
      for await (const batch of reading) {
        await beating
        busy = true
        await around(batch, () =>
          applyBatch(current, batch, { decoder, store, remembered, logger, told: options.told, strict: false }),
        )
        busy = false
        state = { role: 'active' }
        succeeded()
      }
      if (fault !== undefined) throw fault
      if (!signal.aborted) throw new StoreUnavailable('the subscription has ended')
    } finally {
      clearInterval(heart)
      over.abort()
      await indexing
    }
  }

  const explain = (error: unknown) => {
    for (const target of targets.values()) target.caughtUp = false
    const fault = endedBy(error)
    if (fault.reason !== undefined) state = { role: 'away', reason: fault.reason }
    logger[fault.level](fault.line, fault.fields)
  }

  const live = async () => {
    let failures = 0
    const standby = () => {
      state = { role: 'standby' }
      targets = new Map()
    }
    state = { role: 'away', reason: 'PostgreSQL has not answered yet' }
    while (!stopping.signal.aborted) {
      let leadership: Leadership | undefined
      try {
        const signal = stopping.signal
        leadership = await awaitLeadership({
          url: databaseUrl,
          name,
          signal,
          standby,
          retryEveryMs: options.takeOverEveryMs ?? 1_000,
        })
        if (leadership !== undefined) {
          await lead(leadership, () => {
            failures = 0
          })
          // Until it has asked for the lock again, it leads no more.
          standby()
        }
      } catch (error) {
        if (!stopping.signal.aborted) explain(error)
        failures += 1
      } finally {
        // The rebuild hangs on the leadership: it must have ended before another leader begins its own.
        const release = leadership?.release()
        await rebuilding
        await release
      }
      if (failures > 0) await pause(backoffMs(failures - 1, attemptsApart), stopping.signal)
    }
    state = { role: 'stopped' }
  }

  const running = live()
  return {
    status: () => ({ state, projections: statusOf(projections, targets, apart.states, { now: new Date(), began }) }),
    async stop() {
      stopping.abort()
      await running
    },
  }
}
