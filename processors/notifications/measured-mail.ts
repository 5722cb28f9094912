import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'
import { MailRefused, OutcomeUnknown, ProviderUnavailable, type MailSender } from './mail.ts'

const outcomeOf = (error: unknown): string => {
  if (error instanceof MailRefused) return 'refused'
  if (error instanceof OutcomeUnknown) return 'no_answer'
  return error instanceof ProviderUnavailable ? 'unavailable' : 'error'
}

/** The same sender, with every mail counted by what became of it. */
export const measuredMail = (mail: MailSender, registry: Registry): MailSender => {
  const mails = new Counter({
    name: 'mails_total',
    help: 'Mails handed to the mail server by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  })
  return {
    async send(message, signal) {
      try {
        const sent = await mail.send(message, signal)
        mails.inc({ outcome: 'sent' })
        return sent
      } catch (error) {
        mails.inc({ outcome: outcomeOf(error) })
        throw error
      }
    },
  }
}
