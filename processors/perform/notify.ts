import type { OwedNotification, RecordNotificationOutcome } from '../../domain/notifications/commands.ts'
import { notificationDecider } from '../../domain/notifications/notification.ts'
import { notificationProcess } from '../../domain/notifications/process.ts'
import { isPlaced, orderDecider, type OrderPlaced } from '../../domain/orders/order.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { react } from '../../domain/shared/process-manager.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { MailRefused, type MailSender } from '../notifications/mail.ts'
import { isForOperators, messageOf, type MessageFacts } from '../notifications/messages.ts'
import type { SmsSender } from '../notifications/sms.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import type { CallLimit } from './call-limit.ts'
import type { Intent } from './intent.ts'
import type { OutcomeContext } from './outcome-context.ts'
import type { Effect, InHand, Performed } from './perform.ts'

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
type Seen = InHand['recorded']

/** What an event owes under this key. */
const owedUnder = (key: string, { event, id }: Seen): OwedNotification | undefined => {
  if (event.type !== 'NotificationRequested')
    return react(notificationProcess, event, { eventId: id }).find((owed) => owed.key === key)
  const { type: _, ...owed } = event
  return owed.key === key ? owed : undefined
}

/** Sends one message for each intent; twice only if the process dies between the sending and the writing down. */
export const sendNotification = (dependencies: NotifyDependencies): Effect => {
  const { commands, readEvents, mail, sms, operatorEmail, limit, contextOf } = dependencies

  /** What `causeId` is and what was ordered, asked of the log as far as it is not known. What they say never changes. */
  const factsOf = async (
    orderId: string,
    causeId: string,
    seen: Seen | undefined,
  ): Promise<{ readonly placed: OrderPlaced; readonly cause: Seen }> => {
    let cause = seen?.id === causeId ? seen : undefined
    const known = commands.recall(orderDecider, streams.order(orderId))
    let placed = known !== undefined && isPlaced(known) ? known.placed : undefined
    if (cause?.event.type === 'OrderPlaced') placed = cause.event
    if (cause === undefined || placed === undefined) {
      const order = await readEvents(streams.order(orderId))
      const first = order[0]?.event
      if (first?.type === 'OrderPlaced') placed = first
      cause ??= order.find(({ id }) => id === causeId)
    }
    cause ??= (await readEvents(streams.payment(orderId))).find(({ id }) => id === causeId)
    if (placed === undefined || cause === undefined)
      throw new Error(`nothing is known of ${causeId}, which a message of order ${orderId} is about`)
    return { placed, cause }
  }

  const send = async ({ key, template, channel }: OwedNotification, facts: MessageFacts): Promise<Outcome> => {
    const { contact } = facts.placed
    const { subject, text } = messageOf(template, facts)
    // Made from the intent, so that a mail program folds two of one intent into one.
    const messageId = uuidv5(`message|${key}`)
    if (channel === 'email') {
      const to = isForOperators(template) ? operatorEmail : contact.email
      return { kind: 'sent', ...(await limit((signal) => mail.send({ messageId, to, subject, text }, signal))) }
    }
    const { phone } = contact
    if (phone === undefined) return { kind: 'failed', reason: 'no_phone' }
    return { kind: 'sent', ...(await limit((signal) => sms.send({ messageId, to: phone, text }, signal))) }
  }

  /** Undefined: it has an outcome. */
  const stillOwed = async ({ orderId, key, eventId }: Intent, seen: Seen | undefined) => {
    const known = (await commands.load(notificationDecider, streams.notification(orderId))).state.get(key)
    if (known?.status === 'sent' || known?.status === 'failed') return undefined
    const facts = await factsOf(orderId, known?.owed.causedBy ?? eventId, seen)
    const owed = known?.owed ?? owedUnder(key, facts.cause)
    if (owed === undefined) throw new Error(`${facts.cause.event.type} ${eventId} does not call for ${key}`)
    return { owed, facts }
  }

  /** Undefined where more has to be known: a request by name is the word of a release that kept no marks of what it had sent. */
  const firstTime = async ({ orderId, key }: Intent, seen: Seen) => {
    const owed = seen.event.type === 'NotificationRequested' ? undefined : owedUnder(key, seen)
    return owed === undefined ? undefined : { owed, facts: await factsOf(orderId, owed.causedBy, seen) }
  }

  return async (intent, { inHand, isFirst }): Promise<Performed> => {
    const { orderId } = intent
    const seen = inHand?.recorded
    const found =
      (isFirst && seen !== undefined ? await firstTime(intent, seen) : undefined) ?? (await stillOwed(intent, seen))
    if (found === undefined) return { kind: 'completed' }
    const {
      owed,
      facts: { placed, cause },
    } = found
    let outcome: Outcome
    try {
      // The streams of order and payment hold events of these two services alone.
      outcome = await send(owed, { placed, cause: cause.event as MessageFacts['cause'] })
    } catch (error) {
      if (error instanceof ProviderUnavailable || error instanceof OutcomeUnknown)
        return { kind: 'open', why: error.message }
      if (!(error instanceof MailRefused)) throw error
      outcome = { kind: 'failed', reason: 'address_refused' }
    }
    const command = { type: 'RecordNotificationOutcome', ...owed, outcome } as const
    // Mostly the first of all messages about the order.
    const mayOpen = owed.template === 'received'
    await commands.handle(notificationDecider, streams.notification(orderId), command, contextOf(intent), { mayOpen })
    return { kind: 'completed' }
  }
}
