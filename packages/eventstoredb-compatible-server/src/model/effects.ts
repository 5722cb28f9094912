import type { Seen, Step, WriteOperation, WriteStep } from './operations.ts'

export type Done = WriteStep & { readonly outcome: { readonly kind: 'done'; readonly position: bigint } }

/**
 * The writes that took effect, in the order of their positions. A repeated append is answered with the position of what is there
 * already, so of all that name the same events the longest run counts, and of equal ones the one that was answered first.
 */
export const effectsOf = (steps: readonly Step[], log: readonly Seen[]): readonly Done[] => {
  const indexes = new Map(log.map(({ position }, index) => [position, index]))
  const done = steps.filter(isDone)
  const empty = done.filter(({ write }) => sizeOf(write) === 0)
  const byStart = Map.groupBy(
    done.filter(({ write }) => sizeOf(write) > 0),
    ({ write, outcome }) => (indexes.get(outcome.position) ?? -1) + 1 - sizeOf(write),
  )
  const effects: Done[] = []
  for (let index = 0; index < log.length;) {
    const [effect] = (byStart.get(index) ?? [])
      .filter(({ write }) => isThere(write, log.slice(index)))
      .toSorted((a, b) => sizeOf(b.write) - sizeOf(a.write) || a.answered - b.answered)
    if (effect !== undefined) effects.push(effect)
    index += effect === undefined ? 1 : sizeOf(effect.write)
  }
  return [...effects, ...empty].toSorted((a, b) => (a.outcome.position < b.outcome.position ? -1 : 1))
}

/** How many events are the write's own; others may follow from them. */
export const sizeOf = (write: WriteOperation): number => (write.kind === 'append' ? write.events.length : 1)

const isDone = (step: Step): step is Done =>
  'write' in step && step.outcome.kind === 'done' && step.outcome.position !== undefined

const isThere = (write: WriteOperation, there: readonly Seen[]): boolean =>
  write.kind !== 'append' ||
  write.events.every(({ id }, index) => there[index]?.id === id && there[index].stream === write.stream)
