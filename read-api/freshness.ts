import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { comparePositions, positionFromText, type Position } from '../infrastructure/event-store/position.ts'
import { queryPrepared } from '../infrastructure/postgres/prepared.ts'
import type { Database } from './database.ts'
import { readModelBehind } from './database.ts'

export type Freshness = {
  /** Waits until each of these tables has come to `wanted`. @throws HttpFault 503 `read_model_behind` when that takes too long */
  atLeast(wanted: Position, tables: readonly string[]): Promise<void>
}

export type FreshnessOptions = { readonly limitMs?: number; readonly everyMs?: number }

type Waiter = {
  readonly tables: readonly string[]
  readonly wanted: Position
  readonly until: number
  resolve(): void
  reject(error: unknown): void
}

type Positions = ReadonlyMap<string, Position | undefined>

/** The least that any has come; undefined where one is before its first event, or is not there. */
export const leastOf = (positions: readonly (Position | undefined)[]): Position | undefined => {
  let least: Position | undefined
  for (const position of positions) {
    if (position === undefined) return undefined
    if (least === undefined || comparePositions(position, least) < 0) least = position
  }
  return least
}

/** All who wait share one look at the checkpoints: a thousand waiting requests ask the database no more often than one. */
export const createFreshness = (
  database: Database,
  { limitMs = 5_000, everyMs = 20 }: FreshnessOptions = {},
): Freshness => {
  const waiters = new Set<Waiter>()
  let looking = false
  /** The looks go on for as long as anybody waits: they are no part of the request that happened to be the first. */
  const asNobody = AsyncLocalStorage.snapshot()

  const look = async (): Promise<Positions> => {
    const { rows } = await database.ask((pool) =>
      queryPrepared<{ name: string; position: string | null }>(pool, {
        name: 'positions',
        text: 'select name, position from projection_checkpoints',
        values: [],
      }),
    )
    return new Map(rows.map(({ name, position }) => [name, position === null ? undefined : positionFromText(position)]))
  }

  const settle = (waiter: Waiter, positions: Positions) => {
    const position = leastOf(waiter.tables.map((table) => positions.get(table)))
    if (position !== undefined && comparePositions(position, waiter.wanted) >= 0) waiter.resolve()
    else if (performance.now() >= waiter.until) waiter.reject(readModelBehind())
    else return
    waiters.delete(waiter)
  }

  const lookUntilAllAreServed = async (): Promise<void> => {
    looking = true
    while (waiters.size > 0) {
      try {
        const positions = await look()
        for (const waiter of waiters) settle(waiter, positions)
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error)
        waiters.clear()
      }
      if (waiters.size > 0) await wait(everyMs)
    }
    looking = false
  }

  return {
    atLeast: (wanted, tables) =>
      new Promise((resolve, reject) => {
        waiters.add({ tables, wanted, until: performance.now() + limitMs, resolve, reject })
        if (!looking) void asNobody(lookUntilAllAreServed)
      }),
  }
}
