import { notificationDecider, type NotificationRequested } from '../../domain/notifications/notification.ts'
import type { RecordNotificationOutcome } from '../../domain/notifications/commands.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { MailRefused, type MailSender } from '../notification/mail.ts'
import { isForOperators, messageOf, type MessageFacts } from '../notification/messages.ts'
import type { SmsSender } from '../notification/sms.ts'
import { NoDefiniteAnswer, ProviderUnavailable } from '../outside-errors.ts'
import type { CallLimit } from './call-limit.ts'
import type { OutcomeContext } from './outcome-context.ts'
import type { Effect, Performed } from './perform.ts'

export type NotifyDependencies = {
  readonly commands: CommandHandling
  readonly readEvents: (stream: string) => Promise<readonly Recorded<ShopEvent>[]>
  readonly mail: MailSender
  readonly sms: SmsSender
  readonly operatorEmail: string
  readonly limit: CallLimit
  readonly contextOf: OutcomeContext
}

type Outcome = RecordNotificationOutcome['outcome']

/** Sends one message for each intent; twice only if the process dies between the sending and the writing down. */
export const sendNotification = (dependencies: NotifyDependencies): Effect => {
  const { commands, readEvents, mail, sms, operatorEmail, limit, contextOf } = dependencies

  const factsOf = async ({ orderId, causedBy }: NotificationRequested): Promise<MessageFacts> => {
    const order = await readEvents(streams.order(orderId))
    const placed = order[0]?.event
    const all = order.some(({ id }) => id === causedBy) ? order : await readEvents(streams.payment(orderId))
    const cause = all.find(({ id }) => id === causedBy)?.event
    if (placed?.type !== 'OrderPlaced' || cause === undefined) throw new Error(`nothing is known of what notification ${causedBy} is about`)
    // The two streams hold events of these two services alone.
    return { placed, cause: cause as MessageFacts['cause'] }
  }

  const send = async (request: NotificationRequested): Promise<Outcome> => {
    const facts = await factsOf(request)
    const { contact } = facts.placed
    const { subject, text } = messageOf(request.template, facts)
    // Made from the intent, so that a mail program folds two of one intent into one.
    const messageId = uuidv5(`message|${request.key}`)
    if (request.channel === 'email') {
      const to = isForOperators(request.template) ? operatorEmail : contact.email
      return { kind: 'sent', ...(await limit((signal) => mail.send({ messageId, to, subject, text }, signal))) }
    }
    const { phone } = contact
    if (phone === undefined) return { kind: 'failed', reason: 'no_phone' }
    return { kind: 'sent', ...(await limit((signal) => sms.send({ messageId, to: phone, text }, signal))) }
  }

  return async (intent): Promise<Performed> => {
    const { orderId, key } = intent
    const stream = streams.notification(orderId)
    const notification = (await commands.load(notificationDecider, stream)).state.get(key)
    if (notification?.status !== 'requested') return { kind: 'settled' }
    let outcome: Outcome
    try {
      outcome = await send(notification.request)
    } catch (error) {
      if (error instanceof ProviderUnavailable || error instanceof NoDefiniteAnswer) return { kind: 'open', why: error.message }
      if (!(error instanceof MailRefused)) throw error
      outcome = { kind: 'failed', reason: 'address_refused' }
    }
    await commands.handle(notificationDecider, stream, { type: 'RecordNotificationOutcome', orderId, key, outcome }, contextOf(intent))
    return { kind: 'settled' }
  }
}
