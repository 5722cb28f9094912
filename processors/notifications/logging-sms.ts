import type { Sms, SmsSender } from './sms.ts'

/** Sends nothing: hands each message to `log`, which must not keep the telephone number or the text where they don't belong. */
export const loggingSms = (log: (sms: Sms) => void): SmsSender => ({
  send: async (sms, signal) => {
    signal.throwIfAborted()
    log(sms)
    return { providerMessageId: `log-${sms.messageId}` }
  },
})
