/**
 * Events a second, from how many there were at two looks. Undefined at the first one, and where the count has begun anew.
 * @param {{ at: number, events: number } | undefined} before `at` in milliseconds
 * @param {{ at: number, events: number }} now
 * @returns {number | undefined}
 */
export const rateOf = (before, now) =>
  before === undefined || now.at <= before.at || now.events < before.events
    ? undefined
    : ((now.events - before.events) * 1_000) / (now.at - before.at)
