import Table from 'cli-table3'
import { positionToText, type Position } from '../../event-store/position.ts'
import type { Replaced } from '../beside.ts'
import type { ProjectionProgress } from '../progress.ts'
import type { RebuildResult } from './rebuild-tables.ts'

const positionText = (position: Position | undefined): string | null =>
  position === undefined ? null : positionToText(position)

export const progressAsJson = (progress: readonly ProjectionProgress[]) => ({
  projections: progress.map(({ position, rebuild, kept, putBack, ...rest }) => ({
    ...rest,
    position: positionText(position),
    kept: kept === undefined ? null : { ...kept, position: positionText(kept.position) },
    putBack: putBack ?? null,
    rebuild: rebuild === undefined ? null : { ...rebuild, position: positionText(rebuild.position) },
  })),
})

const lagText = ({ caughtUp, lagSeconds }: ProjectionProgress): string =>
  caughtUp && lagSeconds === 0 ? 'none' : `${lagSeconds.toFixed(1)} s`

/** For people. What stands still or is set aside follows the table, with what mends it or the event to look at. */
export const progressTable = (
  progress: readonly ProjectionProgress[],
  rebuildCommand: (name: string) => string,
): string => {
  if (progress.length === 0) return 'There are no read tables yet: they are made when the projections start.'
  const table = new Table({
    head: ['read table', 'version', 'events', 'lag', 'set aside', 'rebuild', 'kept', 'position'],
    style: { head: [], border: [] },
  })
  for (const row of progress) {
    const rebuild = row.rebuild === undefined ? '' : `${Math.floor(row.rebuild.share * 100)} %`
    table.push([
      row.name,
      row.version,
      row.events,
      lagText(row),
      row.setAsideCount,
      rebuild,
      row.kept === undefined ? '' : `version ${row.kept.version}`,
      row.unreadable === undefined ? (positionText(row.position) ?? 'start') : 'unreadable',
    ])
  }
  const still = progress.flatMap(({ name, unreadable, standsStill }) => {
    if (standsStill !== undefined) return [`${name}: ${standsStill}`]
    return unreadable === undefined
      ? []
      : [
          `${name}: its checkpoint holds '${unreadable}', which is no place in a log; it stands still until it is built anew: ${rebuildCommand(name)}`,
        ]
  })
  const aside = progress.flatMap(({ name, setAside }) =>
    setAside.map(
      ({ key, eventType, eventId, error }) =>
        `${name}: row ${key} is set aside since ${eventType} ${eventId}: ${error}`,
    ),
  )
  const back = progress.flatMap(({ name, putBack }) =>
    putBack === undefined ? [] : [`${name}: put back by ${putBack.by} at ${putBack.at.toISOString()}`],
  )
  return [table.toString(), ...still, ...aside, ...back].join('\n')
}

export const resultLine = (result: RebuildResult): string =>
  'failed' in result
    ? `${result.name}: failed: ${result.failed}`
    : `${result.name}: built anew from ${result.events} events in ${(result.durationMs / 1_000).toFixed(1)} s${result.setAside === 0 ? '' : `; rows set aside: ${result.setAside}, shown by list`}`

export const rollbackLine = (name: string, { events, durationMs, setAside }: Replaced): string =>
  `${name}: put back, after ${events} events in ${(durationMs / 1_000).toFixed(1)} s${setAside === 0 ? '' : `; rows set aside: ${setAside}, shown by list`}; the table before is kept in turn`
