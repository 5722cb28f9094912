import { expect } from 'chai'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool, type Pool } from '../../infrastructure/postgres/pool.ts'
import { startEngine, type Engine } from '../../infrastructure/projections/engine.ts'
import type { EngineOptions } from '../../infrastructure/projections/engine-options.ts'
import { projectionProgress, type ProjectionProgress } from '../../infrastructure/projections/progress.ts'
import type { AnyProjection } from '../../infrastructure/projections/projection.ts'
import { rebuildProjection, type RebuildOptions } from '../../infrastructure/projections/rebuild.ts'
import { rollBackProjection, type RollbackOptions } from '../../infrastructure/projections/rollback.ts'
import { selectList } from '../../infrastructure/projections/table.ts'
import { migratedTestDatabase } from '../support/postgres.ts'
import { counterDecoder, counters, countersTable, type CounterEvent, type CounterRow } from './counters.ts'
import { createLogSource, type LogSource } from './log-source.ts'
import { waitForTables } from './wait-for-tables.ts'

/** Counters in a database of their own, fed from a log in memory. */
export const openCounting = async () => {
  const database = await migratedTestDatabase()
  const pool: Pool = openPool({ url: database.url, applicationName: 'engine test', logger: silentLogger })
  const logged: LogSource = createLogSource()
  const engines: Engine[] = []

  const start = (
    projections: readonly AnyProjection<CounterEvent>[] = [counters('counts')],
    { url = database.url, ...others }: Partial<EngineOptions<CounterEvent>> & { readonly url?: string } = {},
  ): Engine => {
    const engine = startEngine({
      name: 'counters',
      projections,
      decoder: counterDecoder,
      source: logged.source,
      pool,
      databaseUrl: url,
      logger: silentLogger,
      heartbeatMs: 100,
      takeOverEveryMs: 30,
      doubtMs: 300,
      holds: (position) => logged.holds(position),
      rebuildCommand: (name) => `rebuild ${name}`,
      ...others,
    })
    engines.push(engine)
    return engine
  }

  const progressOf = async (name: string): Promise<ProjectionProgress | undefined> =>
    (await projectionProgress(pool)).find((progress) => progress.name === name)

  const head = (): Position => {
    const last = logged.log.at(-1)
    if (last === undefined) throw new Error('nothing was appended')
    return last.position
  }

  return {
    url: database.url,
    pool,
    logged,
    start,
    head,
    add: (counter: string, by: number, type = 'Added') => logged.append(`counter-${counter}`, type, { counter, by }),
    caughtUp: async (...names: readonly string[]): Promise<void> => {
      expect(await waitForTables(pool, names, head(), 20_000), 'caught up').to.equal(true)
    },
    rows: async (name = 'counts'): Promise<readonly CounterRow[]> =>
      (await pool.query<CounterRow>(`select ${selectList(countersTable(name))} from ${name} order by counter`)).rows,
    /** What a plain fold over the whole log gives, without engine or database. */
    expected: (): readonly CounterRow[] => {
      const states = new Map<string, CounterRow>()
      const projection = counters('any')
      for (const stored of logged.log.filter(({ stream }) => stream.startsWith('counter-'))) {
        const recorded = counterDecoder.decode(stored)
        if (recorded === undefined) continue
        const { counter } = recorded.event
        const next = projection.evolve(states.get(counter), recorded, counter)
        if (next === 'delete') states.delete(counter)
        else if (next !== 'same') states.set(counter, next)
      }
      return [...states.values()].sort((a, b) => (a.counter < b.counter ? -1 : 1))
    },
    rebuild: (options: Partial<RebuildOptions<CounterEvent>> = {}) =>
      rebuildProjection({
        projection: counters('counts'),
        decoder: counterDecoder,
        source: logged.source,
        pool,
        databaseUrl: database.url,
        holds: (position) => logged.holds(position),
        logger: silentLogger,
        signal: new AbortController().signal,
        ...options,
      }),
    /** The one that is kept, unless another one is meant. */
    rollBack: async (options: Partial<RollbackOptions<CounterEvent>> = {}) =>
      rollBackProjection({
        projection: counters('counts'),
        decoder: counterDecoder,
        source: logged.source,
        pool,
        databaseUrl: database.url,
        holds: (position) => logged.holds(position),
        logger: silentLogger,
        signal: new AbortController().signal,
        by: 'olga',
        generation: (await progressOf('counts'))?.kept?.generation ?? 0,
        ...options,
      }),
    progressOf,
    isAtHead: ({ position }: ProjectionProgress): boolean =>
      position !== undefined && comparePositions(position, head()) === 0,
    close: async (): Promise<void> => {
      await Promise.all(engines.map((engine) => engine.stop()))
      await pool.end()
      await database.drop()
    },
  }
}

export type Counting = Awaited<ReturnType<typeof openCounting>>
