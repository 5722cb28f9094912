import { isDeepStrictEqual } from 'node:util'
import { effectsOf, sizeOf, type Done } from './effects.ts'
import type { ReadOperation, ReadOutcome, Seen, Step, WriteOutcome } from './operations.ts'
import { Rules, sortedFields, type Asked, type Written } from './rules.ts'

/**
 * Checks that one order of the operations explains all that their clients saw, and that no operation comes in it before another that
 * had been answered when it was invoked. The writes that took effect are in the order of their positions; each must have had, there,
 * the effect that the rules ask for. Whatever else was answered must be right in one of the states in which it may have happened.
 * `log` is everything in the end, the first `given` of which was there before. Throws what does not fit.
 */
export const checkLinearised = (steps: readonly Step[], log: readonly Seen[], given: number): void => {
  const rules = new Rules()
  for (const event of log.slice(0, given)) rules.add(event)
  const effects = effectsOf(steps, log)
  const taken = new Set<Step>(effects)
  let waiting = steps.filter((step) => !taken.has(step)).map((step) => ({ step, ...statesOf(step, effects) }))
  const explain = (state: number): void => {
    waiting = waiting.filter(({ step, first, last }) => state < first || state > last || !isRight(rules, step))
    const late = waiting.find(({ last }) => last <= state)
    if (late !== undefined)
      throw new Error(`no state explains ${text(late.step)}; right in the last one: ${text(rulesOn(rules, late.step))}`)
  }

  effects.forEach((effect, state) => {
    explain(state)
    const ahead = log.slice(rules.log.length)
    const verdict = rules.judge(effect.write, effect.now)
    if (!('write' in verdict) || !hasEffect(verdict, effect, ahead)) {
      throw new Error(`by the rules ${text(effect)} comes to ${text(verdict)}; there is ${text(ahead.slice(0, 6))}`)
    }
    const { first, last } = statesOf(effect, effects)
    if (state < first || state > last) throw new Error(`against the order of time: ${text(effect)}`)
    for (const event of ahead.slice(0, verdict.write.length)) rules.add(event)
  })
  explain(effects.length)
  if (rules.log.length !== log.length) throw new Error(`nobody wrote ${text(log[rules.log.length])}`)
  if (log.some(({ position }, index) => position <= (log[index - 1]?.position ?? -1n)))
    throw new Error('positions do not grow')
}

/** The states in which an operation may have happened: how many writes had taken effect, at least and at most. */
const statesOf = (step: Step, effects: readonly Done[]): { readonly first: number; readonly last: number } => {
  const after = effects.findIndex(({ invoked }) => invoked > step.answered)
  return {
    first: effects.findLastIndex(({ answered }) => answered < step.invoked) + 1,
    last: after < 0 ? effects.length : after,
  }
}

const hasEffect = (verdict: Written, { write, outcome }: Done, ahead: readonly Seen[]): boolean => {
  if (outcome.revision !== undefined && outcome.revision !== verdict.revision) return false
  const size = sizeOf(write)
  if (size > 0 && ahead[size - 1]?.position !== outcome.position) return false
  return verdict.write.every((asked, index) => isAsked(asked, ahead[index]))
}

const isAsked = (asked: Asked, event: Seen | undefined): boolean => {
  if (event === undefined || asked.stream !== event.stream || asked.revision !== event.revision) return false
  if (asked.type !== event.type || asked.isJson !== event.isJson) return false
  if (asked.id === undefined)
    return asked.data === '' ? event.data === '' : sortedFields(asked.data) === sortedFields(event.data)
  return asked.id === event.id && asked.data === event.data
}

const isRight = (rules: Rules, step: Step): boolean => {
  if ('read' in step) return isRightRead(rules.read(step.read, step.now), step.read, step.outcome)
  const verdict = rules.judge(step.write, step.now)
  return 'answer' in verdict && isSameAnswer(verdict.answer, step.outcome)
}

const isSameAnswer = (right: WriteOutcome, seen: WriteOutcome): boolean => {
  if (right.kind === 'done' && seen.kind === 'done' && seen.revision === undefined)
    return right.position === seen.position
  return isDeepStrictEqual(right, seen)
}

/** A page must hold, in order, all that can be shown up to where the next one begins, and get on. */
const isRightRead = (
  right: Pick<ReadOutcome, 'state' | 'events'>,
  read: ReadOperation,
  { state, events, next }: ReadOutcome,
): boolean => {
  if (state !== right.state || events.length > read.limit || (next !== undefined && next === read.from)) return false
  const place = (event: Seen): bigint => (read.kind === 'read_all' ? event.position : event.revision)
  // The next page begins with `next`, save backwards in $all, where it begins before it.
  const isBefore = (at: bigint): boolean =>
    next === undefined ||
    (read.direction === 'forwards' ? at < next : read.kind === 'read_all' ? at >= next : at > next)
  return isDeepStrictEqual(
    events,
    right.events.filter((event) => isBefore(place(event))),
  )
}

const rulesOn = (rules: Rules, step: Step): unknown =>
  'read' in step ? rules.read(step.read, step.now) : rules.judge(step.write, step.now)

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, field: unknown) => {
    if (typeof field === 'bigint') return `${field}n`
    return typeof field === 'string' && field.length > 200 ? `${field.slice(0, 20)}…` : field
  })
