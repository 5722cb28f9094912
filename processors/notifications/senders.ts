import { readFile } from 'node:fs/promises'
import type { BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import { loggingSms } from './logging-sms.ts'
import type { NotificationsConfig } from './config.ts'
import type { SmsSender } from './sms.ts'
import { smtpMail, type SmtpMailSender } from './smtp-mail.ts'
import { twilioSms } from './twilio-sms.ts'

export type Senders = {
  readonly mail: SmtpMailSender
  readonly sms: SmsSender
  /** Of what SMS go by. */
  readonly smsBreaker: () => BreakerState
  readonly close: () => void
}

/** By what messages are sent, as the configuration says. `timeLimitMs`: of one. */
export const openSenders = async (
  config: NotificationsConfig,
  { timeLimitMs, logger }: { readonly timeLimitMs: number; readonly logger: Logger },
): Promise<Senders> => {
  const mail = smtpMail({
    url: config.SMTP_URL,
    ca: config.SMTP_CA_FILE === undefined ? undefined : await readFile(config.SMTP_CA_FILE, 'utf8'),
    from: config.MAIL_FROM,
    messageIdHost: config.MAIL_MESSAGE_ID_HOST,
    timeLimitMs,
    onBreaker: (state) => logger.warn(`mail circuit breaker: ${state}`),
  })
  const { SMS_PROVIDER, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, SMS_FROM: from } = config
  if (SMS_PROVIDER === 'log' || accountSid === undefined || authToken === undefined || from === undefined) {
    const sms = loggingSms(({ messageId }) => logger.info('an SMS would be sent', { messageId }))
    return {
      mail,
      sms,
      smsBreaker: () => 'closed',
      close: () => {
        mail.close()
      },
    }
  }
  const sms = twilioSms({
    url: config.TWILIO_URL.replace(/\/+$/, ''),
    accountSid,
    authToken,
    from,
    timeLimitMs,
    onBreaker: (state) => logger.warn(`SMS circuit breaker: ${state}`),
  })
  return {
    mail,
    sms,
    smsBreaker: () => sms.breaker(),
    close: () => {
      mail.close()
      sms.close()
    },
  }
}
