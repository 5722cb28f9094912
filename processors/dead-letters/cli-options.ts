import type { Filter } from './filter.ts'

/** Asked for in a way that makes no sense. */
export class WrongUse extends Error {}

export type FilterFlags = {
  readonly group?: string
  readonly type?: string
  readonly reason?: string
  readonly olderThan?: string
  readonly key?: string
  readonly order?: string
}

const secondsIn = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** `90s`, `10m`, `2h`, `1d`; a number alone is seconds. @throws WrongUse */
const durationOf = (text: string): number => {
  const [, amount, unit = 's'] = /^(\d+)([smhd])?$/.exec(text) ?? []
  if (amount === undefined) throw new WrongUse(`${text} is no duration: 90s, 10m, 2h, 1d.`)
  return Number(amount) * secondsIn[unit as keyof typeof secondsIn]
}

/** @throws WrongUse */
export const filterOf = ({ type, reason, olderThan, key, order }: FilterFlags): Filter => ({
  type,
  reason,
  olderThanSeconds: olderThan === undefined ? undefined : durationOf(olderThan),
  key: key ?? order,
})

export const hasFilter = ({ group, type, reason, olderThan, key, order }: FilterFlags): boolean =>
  [group, type, reason, olderThan, key, order].some((flag) => flag !== undefined)

/** `5` or `5/s`: milliseconds between two. @throws WrongUse */
export const apartMsOf = (rate: string | undefined): number => {
  if (rate === undefined) return 0
  const [, perSecond] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(rate) ?? []
  if (perSecond === undefined || Number(perSecond) === 0) throw new WrongUse(`${rate} is no rate: 5/s.`)
  return 1_000 / Number(perSecond)
}

/** @throws WrongUse */
export const limitOf = (limit: string | undefined): number => {
  if (limit === undefined) return Infinity
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new WrongUse(`${limit} is no limit: 10.`)
  return Number(limit)
}
