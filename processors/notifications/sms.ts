import { MessageRefused } from './refused.ts'

export type Sms = {
  /** Of the intent, not of the sending. */
  messageId: string
  to: string
  text: string
  /** Somebody may have sent it before and not have written that down: it is looked for first. */
  mayHaveBeenSent?: boolean
}

/** The provider refused this message for good. */
export class SmsRefused extends MessageRefused {
  override name = 'SmsRefused'
}

/** Rejects with `SmsRefused`, and else like a `MailSender`. */
export type SmsSender = {
  send(sms: Sms, signal: AbortSignal): Promise<{ providerMessageId: string }>
}
