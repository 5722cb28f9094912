import { statements } from './all.ts'
import { standingsOf } from './standings.ts'
import type { Quiet } from './statement.ts'
import type { Log } from './log.ts'

/** A statement that does not hold. */
export type Violation = { readonly statement: number; readonly wrong: string }

export type Watching = {
  /** The next append, all of its events. */
  append(events: Log): readonly Violation[]
}

/** Looks at the statements that must hold at every prefix, append by append. */
export const watchAll = (): Watching => {
  const watches = statements.flatMap(({ number, watch }) => (watch === undefined ? [] : [{ number, look: watch() }]))
  return {
    append: (events) =>
      watches.flatMap(({ number, look }) => look(events).map((wrong) => ({ statement: number, wrong }))),
  }
}

/** Looks at the statements that must hold when nothing moves any more. */
export const checkQuiet = (quiet: Omit<Quiet, 'standings'>): readonly Violation[] => {
  const known = { ...quiet, standings: standingsOf(quiet.events) }
  return statements.flatMap(({ number, whenQuiet }) =>
    (whenQuiet?.(known) ?? []).map((wrong) => ({ statement: number, wrong })),
  )
}

/** Events of one append stand side by side in the log, under one command. */
const appendsOf = (events: Log): readonly Log[] => {
  const appends: Log[number][][] = []
  for (const recorded of events) {
    const last = appends.at(-1)
    const before = last?.at(-1)
    const together =
      before !== undefined &&
      before.stream === recorded.stream &&
      before.metadata.commandId === recorded.metadata.commandId
    if (together) last?.push(recorded)
    else appends.push([recorded])
  }
  return appends
}

/** All statements on a log that has come to rest, wherever it was written: every prefix of it, and its end. */
export const checkLog = (quiet: Omit<Quiet, 'standings'>): readonly Violation[] => {
  const watching = watchAll()
  return [...appendsOf(quiet.events).flatMap((append) => watching.append(append)), ...checkQuiet(quiet)]
}
