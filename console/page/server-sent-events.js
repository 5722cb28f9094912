/** @typedef {{ id: string | undefined, event: string, data: string }} Message */

/**
 * Takes text as it comes, and gives the messages that are whole by now, as the HTML standard has them. One for each answer.
 * @returns {{ take: (text: string) => readonly Message[], retryMs: () => number | undefined }}
 */
export const messageReader = () => {
  let rest = ''
  /** @type {string | undefined} */
  let id
  let event = ''
  /** @type {string[]} */
  let data = []
  /** @type {number | undefined} */
  let retry

  /** @param {string} line @returns {Message | undefined} */
  const line = (line) => {
    if (line === '') {
      const message = data.length === 0 ? undefined : { id, event: event || 'message', data: data.join('\n') }
      event = ''
      data = []
      return message
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'retry' && /^\d+$/.test(value)) retry = Number(value)
    return undefined
  }

  return {
    take(text) {
      rest += text
      /** @type {Message[]} */
      const messages = []
      for (;;) {
        const end = /\r\n|\n|\r(?!$)/.exec(rest)
        if (end === null) return messages
        const message = line(rest.slice(0, end.index))
        rest = rest.slice(end.index + end[0].length)
        if (message !== undefined) messages.push(message)
      }
    },
    retryMs: () => retry,
  }
}
