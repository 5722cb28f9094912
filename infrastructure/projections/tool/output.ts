import Table from 'cli-table3'
import { positionToText, type Position } from '../../event-store/position.ts'
import type { Replaced } from '../beside-options.ts'
import type { ProjectionProgress } from '../progress.ts'
import { verificationDetails, verificationText } from '../verification.ts'
import type { RebuildResult } from './rebuild-tables.ts'

const positionText = (position: Position | undefined): string | null =>
  position === undefined ? null : positionToText(position)

export const progressAsJson = (progress: readonly ProjectionProgress[]) => ({
  projections: progress.map(({ position, rebuild, kept, putBack, verification, ...rest }) => ({
    ...rest,
    position: positionText(position),
    kept: kept === undefined ? null : { ...kept, position: positionText(kept.position) },
    putBack: putBack ?? null,
    verification: verification ?? null,
    rebuild: rebuild === undefined ? null : { ...rebuild, position: positionText(rebuild.position) },
  })),
})

const lagText = ({ caughtUp, lagSeconds }: ProjectionProgress): string =>
  caughtUp && lagSeconds === 0 ? 'none' : `${lagSeconds.toFixed(1)} s`

const rebuildText = ({ rebuild }: ProjectionProgress): string => {
  if (rebuild === undefined) return ''
  return rebuild.verifying ? 'verifying' : `${Math.floor(rebuild.share * 100)} %`
}

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
    table.push([
      row.name,
      row.version,
      row.events,
      lagText(row),
      row.setAsideCount,
      rebuildText(row),
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
  const verified = progress.flatMap(({ name, verification }) =>
    verification === undefined ? [] : [`${name}: built anew, ${verificationText(verification)}`],
  )
  return [table.toString(), ...still, ...aside, ...back, ...verified].join('\n')
}

const setAsideText = (setAside: number): string =>
  setAside === 0 ? '' : `; rows set aside: ${setAside}, shown by list`

/** In lines: what became of it, and then what differs. */
export const resultLines = (result: RebuildResult): string => {
  const { name } = result
  if ('failed' in result) return `${name}: failed: ${result.failed}`
  const { events, durationMs, setAside, verification, dryRun } = result
  const what = dryRun === true ? 'built to compare, and dropped,' : 'built anew'
  const built = `${name}: ${what} from ${events} events in ${(durationMs / 1_000).toFixed(1)} s${setAsideText(setAside)}`
  if (verification === undefined) return built
  return [`${built}; ${verificationText(verification)}`, ...verificationDetails(verification)].join('\n  ')
}

export const rollbackLine = (name: string, { events, durationMs, setAside }: Replaced): string =>
  `${name}: put back, after ${events} events in ${(durationMs / 1_000).toFixed(1)} s${setAsideText(setAside)}; the table before is kept in turn`
