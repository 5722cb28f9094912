import { z } from 'zod'
import { withSignalWithin } from '../../infrastructure/time/time-limit.ts'
import { circuitBreaker, type BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { neverSentCode } from '../../infrastructure/outside/never-sent.ts'
import { SmsRefused, type Sms, type SmsSender } from './sms.ts'

export type TwilioOptions = {
  /** Without a slash at its end: https://api.twilio.com, or what stands in for it. */
  readonly url: string
  readonly accountSid: string
  readonly authToken: string
  /** A number of the account's own, a name where the country allows one, or a messaging service (`MG…`). */
  readonly from: string
  /** The time a call may take, in milliseconds. */
  readonly timeLimitMs: number
  /** How long the breaker stays open before it lets one call try. Default 10 s. */
  readonly breakerPauseMs?: number
  readonly onBreaker?: (state: BreakerState) => void
}

/** The caller's doing, which says nothing about the provider. */
class CalledOff extends OutcomeUnknown {}

/**
 * What is about our sender, our settings or our account (https://www.twilio.com/docs/api/errors): the message waits until that is mended.
 * Everything else that is answered with 400 is about this number or this text, and stays so. It is the shorter list: what can be wrong
 * with a number is told apart ever more finely.
 */
const aboutUs = new Set([
  21212, 21601, 21603, 21606, 21607, 21608, 21609, 21611, 21620, 21660, 21661, 21701, 21702, 21703, 21704, 21705,
])
const isAboutUs = (code: number): boolean => aboutUs.has(code) || code < 21_000
const notDelivered = new Set(['failed', 'undelivered', 'canceled'])

const message = z.object({
  sid: z.string().min(1),
  body: z.string().nullish(),
  status: z.string(),
  error_code: z.number().nullish(),
})
const created = z.object({ sid: z.string().min(1) })
const list = z.object({ messages: z.array(message) })
const fault = z.object({ code: z.number() })

type Request = { readonly method: 'GET' | 'POST'; readonly query?: string; readonly form?: URLSearchParams }
type Answer = { readonly status: number; readonly body: unknown }

/** Of the answer's own words, which may repeat the number, nothing. */
const said = ({ status, body }: Answer): string => {
  const code = fault.safeParse(body).data?.code
  return `the SMS provider answered ${status}${code === undefined ? '' : `: ${code}`}`
}

/**
 * Made from the intent, and part of the text: the provider has no idempotency keys, and what it lists of a message has no place for one.
 * Letters and digits that no network writes otherwise.
 */
const referenceOf = ({ messageId }: Sms): string => `Ref. ${messageId.slice(0, 8).toUpperCase()}`

export type TwilioSmsSender = SmsSender & { breaker(): BreakerState; close(): void }

/** SMS by Twilio's REST API (https://www.twilio.com/docs/messaging/api/message-resource), behind a circuit breaker. */
export const twilioSms = (options: TwilioOptions): TwilioSmsSender => {
  const { url, accountSid, authToken, from, timeLimitMs, breakerPauseMs, onBreaker } = options
  const messages = `${url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const sender = /^MG[0-9a-f]{32}$/i.test(from) ? { MessagingServiceSid: from } : { From: from }

  const ask = async ({ method, query = '', form }: Request, signal: AbortSignal): Promise<Answer> => {
    const response = await fetch(`${messages}${query}`, {
      method,
      headers: { Authorization: authorization, Accept: 'application/json' },
      signal,
      ...(form === undefined ? {} : { body: form }),
    })
    return { status: response.status, body: await response.json() }
  }

  const call = async (request: Request, signal: AbortSignal): Promise<Answer> => {
    let answer: Answer
    try {
      answer = await withSignalWithin(signal, timeLimitMs, (limited) => ask(request, limited))
    } catch (error) {
      if (signal.aborted) throw new CalledOff('called off before the SMS provider answered', { cause: error })
      const code = neverSentCode(error)
      if (code !== undefined)
        throw new ProviderUnavailable(`the SMS provider can't be reached: ${code}`, { cause: error })
      throw new OutcomeUnknown('the SMS provider gave no answer', { cause: error })
    }
    if (answer.status >= 500) throw new OutcomeUnknown(said(answer))
    // Too many requests, or ones that are not allowed: that is so for all of them.
    if (answer.status === 429 || answer.status === 401 || answer.status === 403)
      throw new ProviderUnavailable(said(answer))
    return answer
  }

  const breaker = circuitBreaker(call, {
    timeLimitMs,
    pauseMs: breakerPauseMs,
    counts: (error) => !(error instanceof CalledOff),
    onState: onBreaker,
  })

  /** The newest fifty to this number: more than are sent while one is tried again. */
  const sentBefore = async (sms: Sms, signal: AbortSignal): Promise<string | undefined> => {
    const query = `?${new URLSearchParams({ To: sms.to, PageSize: '50' }).toString()}`
    const answer = await breaker.fire({ method: 'GET', query }, signal)
    const found = list.safeParse(answer.body).data
    // Nothing is sent by whoever does not know.
    if (found === undefined) throw new ProviderUnavailable(said(answer))
    const reference = referenceOf(sms)
    const sent = found.messages.find(({ body }) => body?.includes(reference) === true)
    if (sent !== undefined && notDelivered.has(sent.status))
      throw new SmsRefused('the SMS provider could not deliver it', {
        reason: `not_delivered: ${sent.error_code ?? sent.status}`,
      })
    return sent?.sid
  }

  const create = async (sms: Sms, signal: AbortSignal): Promise<string> => {
    const form = new URLSearchParams({ To: sms.to, ...sender, Body: `${sms.text} ${referenceOf(sms)}` })
    const answer = await breaker.fire({ method: 'POST', form }, signal)
    if (answer.status === 201) {
      const { data } = created.safeParse(answer.body)
      if (data === undefined) throw new OutcomeUnknown(said(answer))
      return data.sid
    }
    const code = fault.safeParse(answer.body).data?.code
    if (answer.status === 400 && code !== undefined && !isAboutUs(code))
      throw new SmsRefused(said(answer), { reason: `refused: ${code}` })
    throw new ProviderUnavailable(said(answer))
  }

  return {
    send: async (sms, signal) => {
      if (signal.aborted) throw new ProviderUnavailable('called off before it was sent')
      const before = sms.mayHaveBeenSent === true ? await sentBefore(sms, signal) : undefined
      return { providerMessageId: before ?? (await create(sms, signal)) }
    },
    breaker: () => breaker.state(),
    close: () => {
      breaker.close()
    },
  }
}
