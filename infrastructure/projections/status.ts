import type { Position } from '../event-store/position.ts'
import type { Target } from './target.ts'
import { nameOf, type AnyProjection } from './projection.ts'

/** `away`: a store cannot be reached, and `reason` says which; it goes on by itself when it can. */
export type EngineState =
  | { readonly role: 'standby' }
  | { readonly role: 'active' }
  | { readonly role: 'away'; readonly reason: string }
  | { readonly role: 'stopped' }

/**
 * `live`: kept up to date. `rebuilding`: of an older version, and built anew beside. `refused`: of a newer version than this program,
 * or its rebuild failed; nothing happens to it. `waiting`: this instance is not the active one.
 */
export type ProjectionState = 'live' | 'rebuilding' | 'refused' | 'waiting'

export type ProjectionStatus = {
  readonly name: string
  readonly version: number
  readonly state: ProjectionState
  readonly detail: string | undefined
  readonly position: Position | undefined
  readonly caughtUp: boolean
  /** 0 when it has caught up; else the time since its last event, or since it was last known to have everything. Undefined where this instance cannot know. */
  readonly lagSeconds: number | undefined
  readonly setAside: number
}

export type EngineStatus = { readonly state: EngineState; readonly projections: readonly ProjectionStatus[] }

const lagOf = (target: Target<never>, now: Date, oldestPossible: Date): number => {
  if (target.caughtUp) return 0
  const known = [target.lastEventAt, target.caughtUpAt]
    .filter((time) => time !== undefined)
    .map((time) => time.getTime())
  const since = known.length === 0 ? oldestPossible.getTime() : Math.max(...known)
  return Math.max(0, (now.getTime() - since) / 1_000)
}

/** `began`: when this instance took over; the lag of a table that has not seen an event since then is counted from there. */
export const statusOf = (
  projections: readonly AnyProjection<never>[],
  targets: ReadonlyMap<string, Target<never>>,
  apart: ReadonlyMap<string, { readonly state: 'rebuilding' | 'refused'; readonly detail: string }>,
  { now, began }: { readonly now: Date; readonly began: Date },
): readonly ProjectionStatus[] =>
  projections.map((projection) => {
    const name = nameOf(projection)
    const target = targets.get(name)
    const other = apart.get(name)
    return {
      name,
      version: projection.version,
      state: other?.state ?? (target === undefined ? 'waiting' : 'live'),
      detail: other?.detail,
      position: target?.checkpoint.position,
      caughtUp: target?.caughtUp ?? false,
      lagSeconds: target === undefined ? undefined : lagOf(target, now, began),
      setAside: target?.setAside.size ?? 0,
    }
  })

/** Why the instance cannot do its work; empty when it can. A standby does its work by standing by. */
export const reasonsNotReady = ({ state, projections }: EngineStatus): readonly string[] => {
  if (state.role === 'away') return [state.reason]
  if (state.role === 'stopped') return ['stopped']
  return projections
    .filter(({ state: is }) => is === 'rebuilding' || is === 'refused')
    .map(({ name, detail }) => `${name}: ${detail ?? ''}`)
}
