import type MailMessage from 'nodemailer/lib/mailer/mail-message'
import SMTPPool from 'nodemailer/lib/smtp-pool'
import { withSignalWithin } from '../../infrastructure/time/time-limit.ts'
import { circuitBreaker, type BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import { mailSources, type MailSource } from './mail-source.ts'
import { MailRefused, OutcomeUnknown, ProviderUnavailable } from './mail.ts'
import type { MailSender } from './mail.ts'

export type SmtpOptions = {
  /** `smtp://user:password@host:port`, or `smtps:`. */
  url: string
  from: string
  /** The part of a Message-ID behind the @: a domain of the shop's own. */
  messageIdHost: string
  /** The time a mail may take, in milliseconds. Default 10 s. */
  timeLimitMs?: number
  /** How long the breaker stays open before it lets one mail try. Default 10 s. */
  breakerPauseMs?: number
  onBreaker?: (state: BreakerState) => void
}

/** Not this mail, not now (a greylisted sender, a mailbox in use): the server is there, and the next mail is another matter. */
class NotThisMail extends ProviderUnavailable {}

/** The caller's doing, which says nothing about the mail server. */
class CalledOff extends OutcomeUnknown {}

const countsForBreaker = (error: unknown): boolean =>
  !(error instanceof MailRefused || error instanceof NotThisMail || error instanceof CalledOff)

/** What nodemailer says of a failure, of its own accord. */
type SmtpError = Error & {
  code?: string
  originalCode?: string
  timeoutType?: string
  responseCode?: number
  permanent?: boolean
}

const beforeTheMail = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT'])
const neverConnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
const neverBegun = new Set(['ENOAUTH', 'ETLS', 'ECONFIG', 'EDNS'])

const meaningOf = (error: SmtpError): Error => {
  const { code = '', originalCode = '', timeoutType = '', responseCode, permanent } = error
  // Not in its own words, which name the customer's address: they would stand in the log.
  const text = `the mail server: ${[responseCode, timeoutType, code, originalCode].find((said) => said !== '' && said !== undefined) ?? error.name}`
  if (code === 'EAUTH') return new ProviderUnavailable(text, { cause: error }) // our credentials, not this mail
  if (permanent === true) return new MailRefused(text, { cause: error })
  if (code === 'EENVELOPE' && responseCode !== undefined) return new NotThisMail(text, { cause: error })
  // Any other reply is a definite no to this sending; and an address that can't be written into a command never leaves here.
  if (responseCode !== undefined) return new ProviderUnavailable(text, { cause: error })
  if (code === 'EENVELOPE') return new MailRefused(text, { cause: error })
  if (neverBegun.has(code) || beforeTheMail.has(timeoutType) || neverConnected.has(originalCode))
    return new ProviderUnavailable(text, { cause: error })
  return new OutcomeUnknown(text, { cause: error })
}

export type SmtpMailSender = MailSender & {
  /** Of the circuit breaker: while it is open no mail is sent, because the last ones went wrong. */
  breaker(): BreakerState
  close(): void
}

/** What the pool asks of a message. Sent as bytes, not as a stream, of which the library makes two more. */
const messageOf = ({ envelope, messageId, bytes }: MailSource, signal: AbortSignal) => ({
  data: { signal },
  message: {
    getHeader: () => messageId,
    getEnvelope: () => envelope,
    messageId: () => messageId,
    createReadStream: () => bytes,
  },
})

/** Sends over SMTP, behind a circuit breaker. Connections are kept for the next mail: greeting each other takes longer than a mail does. */
export const smtpMail = (options: SmtpOptions): SmtpMailSender => {
  const { url, from, messageIdHost, timeLimitMs = 10_000, breakerPauseMs, onBreaker } = options
  const sourceOf = mailSources(from, messageIdHost)
  const pool = new SMTPPool({
    url,
    maxConnections: 5,
    idleTimeout: 30_000,
    // A mail whose connection broke may have been taken: sending it again is for whoever has the lease.
    maxRequeues: 0,
    // Below the limit of the whole, so that what never began is told from what may have happened.
    connectionTimeout: timeLimitMs / 3,
    greetingTimeout: timeLimitMs / 3,
    socketTimeout: 60_000,
  })

  const deliver = (source: MailSource, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      // The pool reads nothing else of it.
      pool.send(messageOf(source, signal) as unknown as MailMessage<SMTPPool.SentMessageInfo>, (error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })

  const send = async (source: MailSource, signal: AbortSignal): Promise<void> => {
    try {
      await withSignalWithin(signal, timeLimitMs, (limited) => deliver(source, limited))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const meaning = meaningOf(error)
      if (signal.aborted && meaning instanceof OutcomeUnknown) throw new CalledOff(meaning.message, { cause: error })
      throw meaning
    }
  }

  const breaker = circuitBreaker(send, {
    timeLimitMs,
    pauseMs: breakerPauseMs,
    counts: countsForBreaker,
    onState: onBreaker,
  })

  return {
    breaker: () => breaker.state(),
    close: () => {
      breaker.close()
      pool.close()
    },
    send: async (mail, signal) => {
      if (signal.aborted) throw new ProviderUnavailable('called off before it was sent')
      const source = sourceOf(mail, new Date())
      await breaker.fire(source, signal)
      return { providerMessageId: source.messageId }
    },
  }
}
