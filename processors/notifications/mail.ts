export { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'

export type Mail = {
  /** Of the intent, not of the attempt: mail programs fold two mails of one Message-ID. Without brackets and host. */
  messageId: string
  to: string
  subject: string
  text: string
}

/** The receiving side refused this mail for good (no such mailbox, say); trying again would not help. */
export class MailRefused extends Error {
  override name = 'MailRefused'
}

/**
 * Rejects with `MailRefused`, `ProviderUnavailable` (not sent, and may be tried again) or `OutcomeUnknown` (it may have been sent).
 */
export type MailSender = {
  send(mail: Mail, signal: AbortSignal): Promise<{ providerMessageId: string }>
}
