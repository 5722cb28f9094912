import { MailRefused, ProviderUnavailable } from '../../../processors/notifications/mail.ts'
import { SmsRefused } from '../../../processors/notifications/sms.ts'
import type { MessageRefused } from '../../../processors/notifications/refused.ts'
import type { Network } from '../network.ts'
import type { Life } from '../processes.ts'
import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Weather } from '../weather.ts'

/** A message that has been taken in. `at` is when its sender let go of it, in virtual milliseconds. */
export type SentMessage = { readonly messageId: string; readonly at: number }

type Given = { readonly messageId: string; readonly mayHaveBeenSent?: boolean }
type Sender = { send(message: Given): Promise<{ providerMessageId: string }> }

type ServerParts = { readonly scheduler: Scheduler; readonly weather: Weather; readonly random: Random }

const createMessageServer = (
  { scheduler, weather, random }: ServerParts,
  { name, refusal }: { readonly name: 'mail server' | 'SMS provider'; readonly refusal: () => MessageRefused },
) => {
  const sent: SentMessage[] = []

  /** Messages the way processes do: sent and confirmed, sent and never confirmed, lost, or refused. */
  const senderFor = (life: Life, network: Network): Sender => ({
    send: ({ messageId, mayHaveBeenSent = false }) =>
      new Promise((resolve, reject) => {
        if (weather.isAway(name)) {
          network.answer(life, `finds the ${name} away`, () => reject(new ProviderUnavailable('connection refused')))
          return
        }
        if (weather.loses()) return
        const refused = weather.isStormy() && random.chance(0.01)
        const at = scheduler.now()
        network.send(`a message arrives at the ${name} (${messageId})`, () => {
          const known = mayHaveBeenSent && sent.some((message) => message.messageId === messageId)
          if (!refused && !known) sent.push({ messageId, at })
          if (weather.loses()) return
          network.answer(life, 'hears of its message', () => {
            if (refused && !known) reject(refusal())
            else resolve({ providerMessageId: `message-${sent.length}` })
          })
        })
      }),
  })

  return { sent, senderFor }
}

/** What mails and SMS go by. Of an SMS that may have been sent before, the second looks for it first. */
export const createMessageServers = (parts: ServerParts) => {
  const mail = createMessageServer(parts, { name: 'mail server', refusal: () => new MailRefused('no such mailbox') })
  const sms = createMessageServer(parts, {
    name: 'SMS provider',
    refusal: () => new SmsRefused('no such number', { reason: 'address_refused' }),
  })
  return { mail, sms, sent: (): readonly SentMessage[] => [...mail.sent, ...sms.sent] }
}

export type MessageServers = ReturnType<typeof createMessageServers>
