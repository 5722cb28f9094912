import Table from 'cli-table3'
import { positionToText, type Position } from '../infrastructure/event-store/position.ts'
import type { ProjectionProgress } from '../infrastructure/projections/progress.ts'
import type { RebuildResult } from './rebuild.ts'

const positionText = (position: Position | undefined): string | null => (position === undefined ? null : positionToText(position))

export const progressAsJson = (progress: readonly ProjectionProgress[]) => ({
  projections: progress.map(({ position, rebuild, ...rest }) => ({
    ...rest,
    position: positionText(position),
    rebuild: rebuild === undefined ? null : { ...rebuild, position: positionText(rebuild.position) },
  })),
})

const lagText = ({ caughtUp, lagSeconds }: ProjectionProgress): string =>
  caughtUp && lagSeconds === 0 ? 'none' : `${lagSeconds.toFixed(1)} s`

/** For people. What is set aside follows the table, with the event to look at. */
export const progressTable = (progress: readonly ProjectionProgress[]): string => {
  if (progress.length === 0) return 'There are no read tables yet: they are made when the projections start.'
  const table = new Table({
    head: ['read table', 'version', 'events', 'lag', 'set aside', 'rebuild', 'position'],
    style: { head: [], border: [] },
  })
  for (const row of progress) {
    const rebuild = row.rebuild === undefined ? '' : `${Math.floor(row.rebuild.share * 100)} %`
    table.push([row.name, row.version, row.events, lagText(row), row.setAsideCount, rebuild, positionText(row.position) ?? 'start'])
  }
  const aside = progress.flatMap(({ name, setAside }) =>
    setAside.map(({ key, eventType, eventId, error }) => `${name}: row ${key} is set aside since ${eventType} ${eventId}: ${error}`))
  return [table.toString(), ...aside].join('\n')
}

export const resultLine = (result: RebuildResult): string =>
  'failed' in result
    ? `${result.name}: failed: ${result.failed}`
    : `${result.name}: built anew from ${result.events} events in ${(result.durationMs / 1_000).toFixed(1)} s`
