import { notificationProcess } from '../../../domain/notifications/process.ts'
import { notificationKeyOf, uuidv5 } from '../../../domain/shared/ids.ts'
import { react } from '../../../domain/shared/process-manager.ts'
import type { Quiet, Statement } from './statement.ts'

/** Longer than a process stands still that had seen, before it was written down, that the message was not sent yet. */
const mostBelatedMs = 15 * 60_000

const messagesOf = ({ events, mails, undisturbed, standings }: Quiet): readonly string[] => {
  if (mails === undefined) return []
  const owed = new Map(
    [...standings.values()].flatMap(({ calledFor }) =>
      [...calledFor].map((key) => [uuidv5(`message|${key}`), key] as const),
    ),
  )
  const confirmed = new Map<string, number>()
  for (const { event, created } of events) {
    if (event.type === 'NotificationSent') confirmed.set(uuidv5(`message|${event.key}`), created.getTime())
  }
  const sent = Map.groupBy(mails, ({ messageId }) => messageId)
  const unsent = [...confirmed.keys()]
    .filter((messageId) => !sent.has(messageId))
    .map((messageId) => `${owed.get(messageId)} counts as sent, and was not`)
  return [
    ...unsent,
    ...[...sent].flatMap(([messageId, copies]) => {
      const key = owed.get(messageId)
      if (key === undefined) return ['a mail was sent that nothing calls for']
      if (copies.length > 1 && undisturbed === true)
        return [`${key} was sent ${copies.length} times, although nothing went wrong`]
      const writtenDownAt = confirmed.get(messageId) ?? Infinity
      return copies.some(({ at }) => at > writtenDownAt + mostBelatedMs)
        ? [`${key} was sent again long after it was written down that it had been`]
        : []
    }),
  ]
}

export const oneMessageForAnEvent: Statement = {
  number: 7,
  says: 'one intent per (template, causing event, channel); one message per intent, but for the crash between sending and writing it down',
  watch: () => {
    // The event that calls for a message is the intent, and its key says which. Beside it there is at most one request by name, from an
    // earlier release, and one outcome.
    const owed = new Set<string>()
    const seen = new Set<string>()
    const once = (what: string, key: string) => {
      const again = seen.has(`${what} ${key}`) ? [`${key} ${what} twice`] : []
      seen.add(`${what} ${key}`)
      return again
    }
    return (append) =>
      append.flatMap(({ event, id }) => {
        for (const { key } of react(notificationProcess, event, { eventId: id })) owed.add(key)
        if (
          event.type !== 'NotificationRequested' &&
          event.type !== 'NotificationSent' &&
          event.type !== 'NotificationFailed'
        )
          return []
        const { key, template, causedBy, channel } = event
        return [
          ...once(event.type === 'NotificationRequested' ? 'is asked for' : 'has an outcome', key),
          ...(owed.has(key) ? [] : [`nothing calls for ${key}`]),
          ...(key === notificationKeyOf(template, causedBy, channel)
            ? []
            : [`${key} is not the key of ${template}, ${causedBy}, ${channel}`]),
        ]
      })
  },
  whenQuiet: messagesOf,
}
