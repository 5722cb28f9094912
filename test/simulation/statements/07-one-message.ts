import type { NotificationEvent } from '../../../domain/notifications/events.ts'
import { notificationProcess } from '../../../domain/notifications/process.ts'
import type { ShopEvent } from '../../../domain/registry.ts'
import { channels } from '../../../domain/shared/channel.ts'
import { notificationKeyOf, uuidv5 } from '../../../domain/shared/ids.ts'
import { react } from '../../../domain/shared/process-manager.ts'
import type { Quiet, Statement } from './statement.ts'

/** Longer than a process stands still that had seen, before it was written down, that the message was not sent yet. */
const mostBelatedMs = 15 * 60_000
/** It asked for it by another channel before it sent it, which can take as long again. */
const mostBelatedByAnotherChannelMs = 2 * mostBelatedMs

const messagesOf = ({ events, messages, undisturbed, standings }: Quiet): readonly string[] => {
  if (messages === undefined) return []
  const owed = new Map(
    [...standings.values()].flatMap(({ calledFor }) =>
      [...calledFor].map((key) => [uuidv5(`message|${key}`), key] as const),
    ),
  )
  const confirmed = new Map<string, number>()
  const byAnotherChannel = new Set<string>()
  for (const { event, created } of events) {
    if (event.type === 'NotificationRequested' && event.insteadOf !== undefined)
      byAnotherChannel.add(event.key).add(notificationKeyOf(event.template, event.causedBy, event.insteadOf))
    if (event.type === 'NotificationSent') confirmed.set(uuidv5(`message|${event.key}`), created.getTime())
  }
  const sent = Map.groupBy(messages, ({ messageId }) => messageId)
  const unsent = [...confirmed.keys()]
    .filter((messageId) => !sent.has(messageId))
    .map((messageId) => `${owed.get(messageId)} counts as sent, and was not`)
  return [
    ...unsent,
    ...[...sent].flatMap(([messageId, copies]) => {
      const key = owed.get(messageId)
      if (key === undefined) return ['a message was sent that nothing calls for']
      if (copies.length > 1 && undisturbed === true)
        return [`${key} was sent ${copies.length} times, although nothing went wrong`]
      const writtenDownAt = confirmed.get(messageId) ?? Infinity
      const belatedMs = byAnotherChannel.has(key) ? mostBelatedByAnotherChannelMs : mostBelatedMs
      return copies.some(({ at }) => at > writtenDownAt + belatedMs)
        ? [`${key} was sent again long after it was written down that it had been`]
        : []
    }),
  ]
}

export const oneMessageForAnEvent: Statement = {
  number: 7,
  says: 'one intent per (template, causing event, channel); one message per intent, but for the crash between sending and writing it down',
  watch: () => {
    // The event that calls for a message is the intent, and its key says which. Beside it there is at most one request by name for each
    // other channel, or from an earlier release; one for each time that somebody wants it sent again; and one outcome, which may bounce.
    const owed = new Set<string>()
    const seen = new Set<string>()
    const has = (what: string, key: string) => seen.has(`${what} ${key}`)
    const once = (what: string, key: string) => {
      const again = has(what, key) ? [`${key} ${what} twice`] : []
      seen.add(`${what} ${key}`)
      return again
    }
    const outcome = (key: string, bounced: boolean) => {
      if (!bounced) return [...once('has an outcome', key), ...(owed.has(key) ? [] : [`nothing calls for ${key}`])]
      return [
        ...once('has bounced', key),
        ...(has('has an outcome', key) ? [] : [`${key} bounced, and was never sent`]),
      ]
    }
    const request = (event: Extract<ShopEvent, { readonly type: 'NotificationRequested' }>) => {
      const { key, template, causedBy } = event
      const isCalledFor = channels.some((channel) => owed.has(notificationKeyOf(template, causedBy, channel)))
      owed.add(key)
      return [...once('is asked for', key), ...(isCalledFor ? [] : [`nothing calls for ${key}`])]
    }
    /** The usual key; or, of what is sent again, that with an id behind it, once the message has an outcome. */
    const wrongKey = (event: NotificationEvent) => {
      const { key, template, causedBy, channel } = event
      const usual = notificationKeyOf(template, causedBy, channel)
      const [resendId, ...more] = key.slice(usual.length + 1).split(':')
      if (key === usual) return []
      if (!key.startsWith(`${usual}:`) || !resendId || more.length > 0)
        return [`${key} is not the key of ${template}, ${causedBy}, ${channel}`]
      return has('has an outcome', usual) ? [] : [`${key} is sent again before there was an outcome`]
    }
    return (append) =>
      append.flatMap(({ event, id }) => {
        for (const { key } of react(notificationProcess, event, { eventId: id })) owed.add(key)
        switch (event.type) {
          case 'NotificationRequested':
            return [...request(event), ...wrongKey(event)]
          case 'NotificationSent':
            return [...outcome(event.key, false), ...wrongKey(event)]
          case 'NotificationFailed':
            return [...outcome(event.key, event.reason.startsWith('bounced: ')), ...wrongKey(event)]
          default:
            return []
        }
      })
  },
  whenQuiet: messagesOf,
}
