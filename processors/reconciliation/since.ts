const millisecondsIn = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90m`, `2h`, `31d` back from now, or a date or time of RFC 3339. Undefined: neither, or not in the past. */
export const sinceOf = (text: string, now: Date): Date | undefined => {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  // The pattern leaves no other unit.
  const back = amount === undefined ? undefined : Number(amount) * millisecondsIn[unit as keyof typeof millisecondsIn]
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  if (back === undefined && !isTime) return undefined
  const since = back === undefined ? new Date(text) : new Date(now.getTime() - back)
  return since.getTime() <= now.getTime() ? since : undefined
}
