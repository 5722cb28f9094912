import type { ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { comparePositions } from '../../infrastructure/event-store/position.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { applyBatch, CheckpointMoved } from '../../infrastructure/projections/apply-batch.ts'
import type { Target } from '../../infrastructure/projections/target.ts'
import { asRead } from '../../infrastructure/projections/as-read.ts'
import type { Checkpoint } from '../../infrastructure/projections/checkpoints.ts'
import { nameOf, type AnyProjection, type AnyTable, type RowData } from '../../infrastructure/projections/projection.ts'
import { createRememberedRows, type RememberedRows } from '../../infrastructure/projections/remembered-rows.ts'
import type { RowStore } from '../../infrastructure/projections/row-store.ts'
import { targetOf } from '../../infrastructure/projections/tables.ts'
import type { Random } from './random.ts'
import type { Tables } from './read-models.ts'
import type { Weather } from './weather.ts'

/** Gives a round its memory; `engine` is whose round it is. */
export type MemoryOfRounds = (engine: number) => RememberedRows

export type LiveTables = {
  /** Whoever leads folds what follows, up to so many events of the log. */
  foldUpTo(count: number): Promise<void>
  tables(): Tables
  /** Folds that threw; there should be none. */
  failures(): readonly string[]
}

type Options = {
  readonly projections: readonly AnyProjection<ShopEvent>[]
  readonly events: readonly Recorded<ShopEvent>[]
  readonly random: Random
  readonly weather: Weather
  readonly memoryOf?: MemoryOfRounds | undefined
}

class AnswerLost extends Error {}

type Round = { readonly targets: readonly Target<ShopEvent>[]; readonly remembered: RememberedRows }

/**
 * Read tables in memory, kept by two instances of the engine's own steps: one leads, the other takes over now and then; the one that led
 * may not know yet. Answers to commits are lost.
 */
export const createLiveTables = ({
  projections,
  events,
  random,
  weather,
  memoryOf = () => createRememberedRows(),
}: Options): LiveTables => {
  const stored = new Map(projections.map((projection) => [nameOf(projection), new Map<string, string>()]))
  const checkpoints = new Map(
    projections.map((projection): [string, Checkpoint] => [
      nameOf(projection),
      { name: nameOf(projection), version: projection.version, generation: 1, position: undefined },
    ]),
  )
  const rowsOf = (name: string): Map<string, string> => {
    const rows = stored.get(name)
    if (rows === undefined) throw new Error(`there is no table ${name}`)
    return rows
  }

  /** Rows as PostgreSQL answers them. */
  const readAll = (table: AnyTable, keys: Iterable<string>): ReadonlyMap<string, RowData> => {
    const rows = rowsOf(table.name)
    const read = asRead(table)
    const found = new Map<string, RowData>()
    for (const key of keys) {
      const row = rows.get(key)
      if (row !== undefined) found.set(key, read(row) ?? (JSON.parse(row) as RowData))
    }
    return found
  }

  /** What PostgreSQL does with a batch. */
  const store: RowStore = {
    read: async ({ projection: { table } }, keys) => readAll(table, keys),
    async write(work) {
      const isWhereItWas = work.every(({ move: { from } }) => {
        const { position } = checkpoints.get(from.name) ?? from
        return (
          position === from.position ||
          (position !== undefined && from.position !== undefined && comparePositions(position, from.position) === 0)
        )
      })
      if (!isWhereItWas) throw new CheckpointMoved('another has written meanwhile')
      for (const {
        move: { from, to },
        rows,
        changes,
      } of work) {
        checkpoints.set(from.name, { ...from, position: to })
        for (const [key, row] of rows) rowsOf(from.name).set(key, row)
        for (const key of changes.deletes) rowsOf(from.name).delete(key)
      }
      if (weather.loses()) throw new AnswerLost('the answer to a commit is lost')
      return { failures: work.map(({ changes: { failures } }) => failures), singly: false }
    },
  }

  const storedEvents = new Map<StoredEvent, Recorded<ShopEvent>>()
  const storedOf = (recorded: Recorded<ShopEvent>): StoredEvent => {
    const event: StoredEvent = { ...recorded, type: recorded.event.type, data: recorded.event }
    storedEvents.set(event, recorded)
    return event
  }
  const decoder = { decode: (event: StoredEvent) => storedEvents.get(event) }

  const rounds: (Round | undefined)[] = [undefined, undefined]
  const failures: string[] = []
  let leader = 0

  const begin = (engine: number): Round => ({
    targets: projections.flatMap((projection) => {
      const checkpoint = checkpoints.get(nameOf(projection))
      return checkpoint === undefined ? [] : [targetOf(projection, checkpoint)]
    }),
    remembered: memoryOf(engine),
  })

  /** One batch of what the engine has not folded; false when it has all. */
  const fold = async (engine: number, count: number): Promise<boolean> => {
    const { targets, remembered } = (rounds[engine] ??= begin(engine))
    const after = targets[0]?.checkpoint.position
    const from = after === undefined ? 0 : events.findIndex(({ position }) => comparePositions(position, after) > 0)
    if (from < 0 || from >= count) return false
    const batch = events.slice(from, Math.min(count, from + random.int(1, 20))).map(storedOf)
    try {
      await applyBatch(
        targets,
        { events: batch, position: batch.at(-1)?.position, caughtUp: false },
        {
          decoder,
          store,
          remembered,
          logger: { ...silentLogger, error: (_, fields) => failures.push(JSON.stringify(fields)) },
          strict: false,
        },
      )
    } catch (error) {
      if (!(error instanceof AnswerLost) && !(error instanceof CheckpointMoved)) throw error
      rounds[engine] = undefined
    }
    storedEvents.clear()
    return true
  }

  const foldAll = async (count: number): Promise<void> => {
    if (weather.isStormy() && random.chance(0.2)) {
      // Told that it leads no more, the one before has ended its round; not told, it finds out by what it writes.
      if (random.chance(0.5)) rounds[leader] = undefined
      leader = 1 - leader
    }
    if (weather.isStormy() && random.chance(0.1)) await fold(1 - leader, count)
    while (await fold(leader, count));
  }

  let folding = Promise.resolve()
  return {
    foldUpTo: (count) => (folding = folding.then(() => foldAll(count))),
    tables: () => new Map(projections.map(({ table }) => [table.name, readAll(table, rowsOf(table.name).keys())])),
    failures: () => failures,
  }
}
