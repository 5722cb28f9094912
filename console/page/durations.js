const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** @param {number} ms @returns {string} in the largest units that say it: `84 ms`, `2.4 s`, `3 min 5 s`, `2 d 4 h` */
export const durationText = (ms) => {
  const span = Math.max(0, Math.round(ms))
  if (span < second) return `${span} ms`
  if (span < 10 * second) return `${Math.floor(span / 100) / 10} s`
  if (span < minute) return `${Math.floor(span / second)} s`
  /** @param {number} large @param {string} its @param {number} small @param {string} rest */
  const two = (large, its, small, rest) => {
    const left = Math.floor((span % large) / small)
    return `${Math.floor(span / large)} ${its}${left === 0 ? '' : ` ${left} ${rest}`}`
  }
  if (span < hour) return two(minute, 'min', second, 's')
  if (span < day) return two(hour, 'h', minute, 'min')
  return two(day, 'd', hour, 'h')
}

/** @param {number} bytes */
export const bytesText = (bytes) => {
  if (bytes < 1_024) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1_024 ** power).toFixed(1)} ${units[power - 1]}`
}
