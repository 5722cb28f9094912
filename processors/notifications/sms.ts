export type Sms = {
  /** Of the intent, not of the sending. */
  messageId: string
  to: string
  text: string
}

/** Rejects like a `MailSender`. */
export type SmsSender = {
  send(sms: Sms, signal: AbortSignal): Promise<{ providerMessageId: string }>
}
