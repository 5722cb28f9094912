import type { DeadlineSettings } from '../domain/orders/deadline.ts'
import type { ProcessorsConfig } from './config.ts'

/** The deadline's durations, in milliseconds. */
export const deadlineSettingsOf = (config: ProcessorsConfig): DeadlineSettings => ({
  confirmWithin: config.ORDER_DEADLINE_SECONDS * 1_000,
  actionGrace: config.ORDER_ACTION_EXTENSION_SECONDS * 1_000,
  postponeBy: config.ORDER_DEADLINE_STEP_SECONDS * 1_000,
  latest: config.ORDER_DEADLINE_LIMIT_SECONDS * 1_000,
  callLimit: config.PROVIDER_TIMEOUT_MS,
})

/** In milliseconds. `first` is also how long an intent that nobody has taken up at once is left alone. */
export const delaysOf = ({
  FOLLOW_UP_DELAYS_SECONDS: seconds,
}: ProcessorsConfig): { readonly first: number; readonly all: readonly number[] } => {
  const all = seconds.map((delay) => delay * 1_000)
  return { first: all[0] ?? 0, all }
}

/** In milliseconds. Of an order that stands still: `first` before it is driven on, `again` after each time that it is. */
export type Standstill = { readonly first: number; readonly again: readonly number[]; readonly longest: number }

export const standstillOf = ({ STANDSTILL_DELAYS_SECONDS: seconds }: ProcessorsConfig): Standstill => {
  const [first = 0, ...again] = seconds.map((delay) => delay * 1_000)
  return { first, again: again.length > 0 ? again : [first], longest: Math.max(first, ...again) }
}
