import { channelsFor, isForOperators } from '../../domain/notifications/channels.ts'
import type {
  OwedNotification,
  RecordNotificationOutcome,
  RequestNotification,
} from '../../domain/notifications/commands.ts'
import { isOver, notificationDecider } from '../../domain/notifications/notification.ts'
import { notificationProcess } from '../../domain/notifications/process.ts'
import { isPlaced, orderDecider } from '../../domain/orders/order.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { notificationKeyOf, uuidv5 } from '../../domain/shared/ids.ts'
import { react } from '../../domain/shared/process-manager.ts'
import { internationalNumber } from '../../domain/shared/telephone.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { MailSender } from '../notifications/mail.ts'
import { messageOf, smsTextOf, usualWriting, type Writing } from '../notifications/messages.ts'
import { MessageRefused } from '../notifications/refused.ts'
import type { SmsSender } from '../notifications/sms.ts'
import type { MessageFacts } from '../notifications/views.ts'
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
  readonly writing?: Writing
  readonly limit: CallLimit
  readonly contextOf: OutcomeContext
}

type Outcome = RecordNotificationOutcome['outcome']
type Seen = InHand['recorded']

type Found = {
  readonly owed: OwedNotification
  readonly facts: MessageFacts
  /** Asked for by name, and not by the event that it is about: by this channel, whatever else the customer has chosen. */
  readonly byName: boolean
}

/** What an event owes under this key. */
const owedUnder = (key: string, { event, id }: Seen): OwedNotification | undefined => {
  if (event.type !== 'NotificationRequested')
    return react(notificationProcess, event, { eventId: id }).find((owed) => owed.key === key)
  const { type: _, ...owed } = event
  return owed.key === key ? owed : undefined
}

const foundIn = (
  events: readonly Recorded<ShopEvent>[],
  causeId: string,
): (Seen & { readonly at: Date }) | undefined => {
  const found = events.find(({ id }) => id === causeId)
  return found === undefined ? undefined : { ...found, at: new Date(found.metadata.occurredAt) }
}

/** Sends one message for each intent; twice only if the process dies between the sending and the writing down. */
export const sendNotification = (dependencies: NotifyDependencies): Effect => {
  const { commands, readEvents, mail, sms, operatorEmail, writing = usualWriting, limit, contextOf } = dependencies

  /** What `causeId` is and what was ordered, asked of the log as far as it is not known. What they say never changes. */
  const factsOf = async (
    { orderId, since }: Intent,
    causeId: string,
    seen: Seen | undefined,
  ): Promise<{ readonly cause: Seen; readonly facts: MessageFacts }> => {
    let cause = seen?.id === causeId ? { ...seen, at: since } : undefined
    const known = commands.recall(orderDecider, streams.order(orderId))
    let placed = known !== undefined && isPlaced(known) ? known.placed : undefined
    if (cause?.event.type === 'OrderPlaced') placed = cause.event
    if (cause === undefined || placed === undefined) {
      const order = await readEvents(streams.order(orderId))
      const first = order[0]?.event
      if (first?.type === 'OrderPlaced') placed = first
      cause ??= foundIn(order, causeId)
    }
    cause ??= foundIn(await readEvents(streams.payment(orderId)), causeId)
    if (placed === undefined || cause === undefined)
      throw new Error(`nothing is known of ${causeId}, which a message of order ${orderId} is about`)
    // The streams of order and payment hold events of these two services alone.
    return { cause, facts: { placed, cause: cause.event as MessageFacts['cause'], at: cause.at } }
  }

  const send = async (
    { key, template, channel }: OwedNotification,
    facts: MessageFacts,
    isFirst: boolean,
  ): Promise<Outcome> => {
    const { contact } = facts.placed
    // Made from the intent, so that a mail program folds two of one intent into one.
    const messageId = uuidv5(`message|${key}`)
    if (channel === 'email') {
      const to = isForOperators(template) ? operatorEmail : contact.email
      const message = messageOf(template, facts, writing)
      return { kind: 'sent', ...(await limit((signal) => mail.send({ messageId, to, ...message }, signal))) }
    }
    const to = contact.phone === undefined ? undefined : internationalNumber(contact.phone)
    if (to === undefined) return { kind: 'failed', reason: 'no_phone' }
    const text = smsTextOf(template, facts, writing)
    const message = { messageId, to, text, mayHaveBeenSent: !isFirst }
    return { kind: 'sent', ...(await limit((signal) => sms.send(message, signal))) }
  }

  const command = async (intent: Intent, asked: RequestNotification | RecordNotificationOutcome): Promise<void> => {
    // Mostly the first of all messages about the order.
    const mayOpen = asked.template === 'received'
    await commands.handle(notificationDecider, streams.notification(intent.orderId), asked, contextOf(intent), {
      mayOpen,
    })
  }

  /**
   * Asks for the same message by the other channels that the customer has chosen: intents of their own, so that none waits for another.
   * False: by this one nothing is to be sent.
   */
  const askOtherChannels = async (intent: Intent, { owed, facts, byName }: Found): Promise<boolean> => {
    if (byName) return true
    const chosen = channelsFor(owed.template, facts.placed.contact)
    const byThis = chosen.includes(owed.channel)
    for (const channel of chosen) {
      if (channel === owed.channel) continue
      const key = notificationKeyOf(owed.template, owed.causedBy, channel)
      const asked = { type: 'RequestNotification', ...owed, key, channel } as const
      await command(intent, byThis ? asked : { ...asked, insteadOf: owed.channel })
    }
    return byThis
  }

  /** Undefined: it has an outcome. */
  const stillOwed = async (intent: Intent, seen: Seen | undefined): Promise<Found | undefined> => {
    const { orderId, key, eventId } = intent
    const known = (await commands.load(notificationDecider, streams.notification(orderId))).state.get(key)
    if (isOver(known)) return undefined
    const { cause, facts } = await factsOf(intent, known?.owed.causedBy ?? eventId, seen)
    const owed = known?.owed ?? owedUnder(key, cause)
    if (owed === undefined) throw new Error(`${cause.event.type} ${eventId} does not call for ${key}`)
    return { owed, facts, byName: known !== undefined }
  }

  /** Undefined where more has to be known: a request by name is the word of a release that kept no marks of what it had sent. */
  const firstTime = async (intent: Intent, seen: Seen): Promise<Found | undefined> => {
    const owed = seen.event.type === 'NotificationRequested' ? undefined : owedUnder(intent.key, seen)
    if (owed === undefined) return undefined
    const { facts } = await factsOf(intent, owed.causedBy, seen)
    return { owed, facts, byName: false }
  }

  return async (intent, { inHand, isFirst }): Promise<Performed> => {
    const seen = inHand?.recorded
    const found =
      (isFirst && seen !== undefined ? await firstTime(intent, seen) : undefined) ?? (await stillOwed(intent, seen))
    if (found === undefined) return { kind: 'completed' }
    if (!(await askOtherChannels(intent, found))) return { kind: 'completed' }
    const { owed, facts } = found
    let outcome: Outcome
    try {
      outcome = await send(owed, facts, isFirst)
    } catch (error) {
      if (error instanceof ProviderUnavailable || error instanceof OutcomeUnknown)
        return { kind: 'open', why: error.message }
      if (!(error instanceof MessageRefused)) throw error
      outcome = { kind: 'failed', reason: error.reason }
    }
    await command(intent, { type: 'RecordNotificationOutcome', ...owed, outcome })
    return { kind: 'completed' }
  }
}
