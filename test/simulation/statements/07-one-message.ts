import { notificationKeyOf, uuidv5 } from '../../../domain/shared/ids.ts'
import type { Quiet, Statement } from './statement.ts'

/** Longer than a process stands still that had read, before it was written down, that the message was not sent yet. */
const mostBelatedMs = 15 * 60_000

const messagesOf = ({ events, mails, undisturbed }: Quiet): readonly string[] => {
  if (mails === undefined) return []
  const intents = new Map<string, string>()
  const confirmed = new Map<string, number>()
  for (const { event, created } of events) {
    if (event.type === 'NotificationRequested') intents.set(uuidv5(`message|${event.key}`), event.key)
    if (event.type === 'NotificationSent') confirmed.set(uuidv5(`message|${event.key}`), created.getTime())
  }
  const sent = Map.groupBy(mails, ({ messageId }) => messageId)
  const unsent = [...confirmed.keys()].filter((messageId) => !sent.has(messageId)).map((messageId) => `${intents.get(messageId)} counts as sent, and was not`)
  return [...unsent, ...[...sent].flatMap(([messageId, copies]) => {
    const key = intents.get(messageId)
    if (key === undefined) return ['a mail was sent that nobody asked for']
    if (copies.length > 1 && undisturbed === true) return [`${key} was sent ${copies.length} times, although nothing went wrong`]
    const writtenDownAt = confirmed.get(messageId) ?? Infinity
    return copies.some(({ at }) => at > writtenDownAt + mostBelatedMs) ? [`${key} was sent again long after it was written down that it had been`] : []
  })]
}

const intentsCalledFor = ({ standings }: Quiet): readonly string[] =>
  [...standings.values()].flatMap(({ orderId, notifications, calledFor }) =>
    [...notifications.keys()].filter((key) => !calledFor.has(key)).map((key) => `order ${orderId}: nothing calls for ${key}`))

export const oneMessageForAnEvent: Statement = {
  number: 7,
  says: 'one intent per (template, causing event, channel); one message per intent, but for the crash between sending and writing it down',
  watch: () => {
    const known = new Set<string>()
    return (append) => append.flatMap(({ event }) => {
      if (event.type !== 'NotificationRequested') return []
      const { key, template, causedBy, channel } = event
      const again = known.has(key) ? [`${key} is asked for twice`] : []
      known.add(key)
      return key === notificationKeyOf(template, causedBy, channel) ? again : [...again, `${key} is not the key of ${template}, ${causedBy}, ${channel}`]
    })
  },
  whenQuiet: (quiet) => [...intentsCalledFor(quiet), ...messagesOf(quiet)],
}
