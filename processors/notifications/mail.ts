import { MessageRefused } from './refused.ts'

export { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'

export type Mail = {
  /** Of the intent, not of the attempt: mail programs fold two mails of one Message-ID. Without brackets and host. */
  messageId: string
  to: string
  subject: string
  text: string
  /** The same, for programs that show it. */
  html?: string
}

/** The receiving side refused this mail for good. */
export class MailRefused extends MessageRefused {
  override name = 'MailRefused'

  constructor(message: string, { reason = 'address_refused', cause }: { reason?: string; cause?: unknown } = {}) {
    super(message, { reason, cause })
  }
}

/**
 * Rejects with `MailRefused`, `ProviderUnavailable` (not sent, and may be tried again) or `OutcomeUnknown` (it may have been sent).
 */
export type MailSender = {
  send(mail: Mail, signal: AbortSignal): Promise<{ providerMessageId: string }>
}
