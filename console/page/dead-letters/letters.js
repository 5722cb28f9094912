/** @import { DeadLetter } from '../answers.d.ts' */

export const groups = ['order', 'inventory', 'payment', 'notification']

/** @param {Pick<DeadLetter, 'group' | 'number'>} letter */
export const nameOf = ({ group, number }) => `${group} ${number}`

/** @param {Pick<DeadLetter, 'group' | 'number'>} letter @param {string} [what] */
export const pathOf = ({ group, number }, what = '') =>
  `/api/processors/v1/dead-letters/${encodeURIComponent(group)}/${number}${what}`

/**
 * Those that come first of their key: what waits behind them follows by itself.
 * @param {readonly DeadLetter[]} letters
 */
export const firstOnes = (letters) => letters.filter(({ waitsFor, settled }) => waitsFor === null && settled === null)

/**
 * What a group's letters say at a glance.
 * @param {readonly DeadLetter[]} letters
 * @returns {{ oldest: string | undefined, newest: string | undefined, codes: readonly (readonly [string, number])[] }} most frequent first
 */
export const summaryOf = (letters) => {
  const times = letters.map(({ parkedAt }) => parkedAt).sort()
  /** @type {Map<string, number>} */
  const codes = new Map()
  for (const { code } of letters) codes.set(code, (codes.get(code) ?? 0) + 1)
  return { oldest: times[0], newest: times.at(-1), codes: [...codes].sort(([, one], [, other]) => other - one) }
}

const personal = ['shipTo', 'contact']

/**
 * The content without personal data, which is shown only to who asks for it.
 * @param {unknown} data
 * @returns {{ data: unknown, masked: readonly string[] }}
 */
export const maskedContent = (data) => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return { data, masked: [] }
  const masked = personal.filter((field) => field in data)
  return { data: { ...data, ...Object.fromEntries(masked.map((field) => [field, '•••'])) }, masked }
}
