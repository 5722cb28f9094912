import { html, nothing } from '/vendor/lit-html.js'

const hourCycle = 'h23'
const sameDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle })
const otherDay = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle,
})
const otherYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle })

/** @param {Date} at @param {Date} now */
const formatFor = (at, now) => {
  if (at.toDateString() === now.toDateString()) return sameDay
  return at.getFullYear() === now.getFullYear() ? otherDay : otherYear
}

/**
 * In the reader's own time, and as short as it can be understood; UTC and whole on hover.
 * @param {string | null | undefined} text RFC 3339
 */
export const timeOf = (text) => {
  if (text === null || text === undefined) return nothing
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return text
  const utc = at.toISOString().replace('T', ' ').replace('Z', ' UTC')
  return html`<time datetime=${text} title=${utc}>${formatFor(at, new Date()).format(at)}</time>`
}
