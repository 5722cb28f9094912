import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'
import { OutcomeUnknown, ProviderUnavailable, type MailSender } from './mail.ts'
import { MessageRefused } from './refused.ts'
import type { SmsSender } from './sms.ts'

const outcomeOf = (error: unknown): string => {
  if (error instanceof MessageRefused) return 'refused'
  if (error instanceof OutcomeUnknown) return 'no_answer'
  return error instanceof ProviderUnavailable ? 'unavailable' : 'error'
}

type Sender<Message> = { send(message: Message, signal: AbortSignal): Promise<{ providerMessageId: string }> }

const measured = <Message>(
  sender: Sender<Message>,
  { name, help, registry }: { readonly name: string; readonly help: string; readonly registry: Registry },
): Sender<Message> => {
  const messages = new Counter({ name, help, labelNames: ['outcome'], registers: [registry] })
  return {
    async send(message, signal) {
      try {
        const sent = await sender.send(message, signal)
        messages.inc({ outcome: 'sent' })
        return sent
      } catch (error) {
        messages.inc({ outcome: outcomeOf(error) })
        throw error
      }
    },
  }
}

/** The same sender, with every mail counted by what became of it. */
export const measuredMail = (mail: MailSender, registry: Registry): MailSender =>
  measured(mail, { name: 'mails_total', help: 'Mails handed to the mail server by outcome', registry })

/** The same sender, with every SMS counted by what became of it. */
export const measuredSms = (sms: SmsSender, registry: Registry): SmsSender =>
  measured(sms, { name: 'sms_total', help: 'SMS handed to the SMS provider by outcome', registry })
