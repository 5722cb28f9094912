/**
 * What the report is asked for: days of UTC, both part of the period.
 * @typedef {{ from: string, to: string, groupBy: 'day' | 'month', bySku: boolean }} Period
 */

/** @param {Date} at */
const dayOf = (at) => at.toISOString().slice(0, 10)

/** @param {Date} now @param {number} months @param {number} date */
const inMonth = (now, months, date) => dayOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, date)))

/** @param {Date} now @returns {readonly (Pick<Period, 'from' | 'to' | 'groupBy'> & { name: string })[]} what is asked for most */
export const usualPeriods = (now) => {
  const [today, year] = [dayOf(now), now.getUTCFullYear()]
  return [
    { name: 'This month', from: inMonth(now, 0, 1), to: today, groupBy: 'day' },
    { name: 'Last month', from: inMonth(now, -1, 1), to: inMonth(now, 0, 0), groupBy: 'day' },
    { name: 'This year', from: `${year}-01-01`, to: today, groupBy: 'month' },
    { name: 'Last year', from: `${year - 1}-01-01`, to: `${year - 1}-12-31`, groupBy: 'month' },
  ]
}

/** @param {string | null} text */
const isDay = (text) => text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text)

/** @param {URLSearchParams} query the address's @param {Date} now @returns {Period} this month, where the address names no days */
export const periodIn = (query, now) => {
  const [from, to] = [query.get('from'), query.get('to')]
  return {
    from: from !== null && isDay(from) ? from : inMonth(now, 0, 1),
    to: to !== null && isDay(to) ? to : dayOf(now),
    groupBy: query.get('groupBy') === 'month' ? 'month' : 'day',
    bySku: query.get('bySku') === 'true',
  }
}

/** @param {string} period a day or a month, as the report has it @param {string} [locale] else the browser's own */
export const periodText = (period, locale) =>
  new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    year: 'numeric',
    ...(period.length === 7 ? { month: 'long' } : { month: 'short', day: 'numeric' }),
  }).format(new Date(period))
