import { MailRefused, ProviderUnavailable, type MailSender } from '../../../processors/notifications/mail.ts'
import type { Network } from '../network.ts'
import type { Life } from '../processes.ts'
import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Weather } from '../weather.ts'

/** A mail that has been taken in. `at` is when its sender let go of it, in virtual milliseconds. */
export type SentMail = { readonly messageId: string; readonly at: number }

export const createMailServer = (scheduler: Scheduler, weather: Weather, random: Random) => {
  const sent: SentMail[] = []

  /** Mails the way processes do: sent and confirmed, sent and never confirmed, lost, or refused. */
  const senderFor = (life: Life, network: Network): MailSender => ({
    send: ({ messageId }) =>
      new Promise((resolve, reject) => {
        if (weather.isAway('mail server')) {
          network.answer(life, 'finds the mail server away', () =>
            reject(new ProviderUnavailable('connection refused')),
          )
          return
        }
        if (weather.loses()) return
        const refused = weather.isStormy() && random.chance(0.01)
        const at = scheduler.now()
        network.send(`a mail arrives (${messageId})`, () => {
          if (!refused) sent.push({ messageId, at })
          if (weather.loses()) return
          network.answer(life, 'hears of its mail', () => {
            if (refused) reject(new MailRefused('no such mailbox'))
            else resolve({ providerMessageId: `smtp-${sent.length}` })
          })
        })
      }),
  })

  return { sent, senderFor }
}
