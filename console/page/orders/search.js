/**
 * What the list's form says, as the API asks for it.
 * @param {URLSearchParams} query the address's: `in`, `text`, `status`, `payment`, `from`, `to` (days of the reader), `attention`
 * @returns {Readonly<Record<string, string | undefined>>}
 */
export const searchOf = (query) => {
  const text = query.get('text')?.trim() || undefined
  const where = query.get('in') ?? 'number'
  const attention = query.get('attention') === 'true' ? 'true' : undefined
  return {
    number: where === 'number' ? text : undefined,
    customerId: where === 'customer' ? text : undefined,
    sku: where === 'sku' ? text?.toUpperCase() : undefined,
    status: query.get('status') || undefined,
    paymentStatus: query.get('payment') || undefined,
    from: startOf(query.get('from'), 0),
    // The day itself is part of the period.
    to: startOf(query.get('to'), 1),
    attention,
  }
}

/**
 * @param {string | null} day `2026-11-29`, in the reader's own time zone
 * @param {number} later in days
 * @returns {string | undefined} the moment at which it begins; undefined for what is no day
 */
const startOf = (day, later) => {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '') ?? []
  if (year === undefined) return undefined
  const at = new Date(Number(year), Number(month) - 1, Number(date) + later)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
