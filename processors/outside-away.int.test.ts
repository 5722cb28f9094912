import { expect } from 'chai'
import { OutcomeUnknown, ProviderUnavailable } from '../infrastructure/outside/errors.ts'
import { mockPaymentProvider } from '../payment-providers/mock/provider.ts'
import { stripePaymentProvider } from '../payment-providers/stripe/provider.ts'
import {
  closingServer,
  refusingPort,
  resettingServer,
  serverSaying,
  silentServer,
  unknownHost,
  type BrokenServer,
} from '../test/support/broken-servers.ts'
import { smtpMail } from './notifications/smtp-mail.ts'
import { twilioSms } from './notifications/twilio-sms.ts'

const timeLimitMs = 150
const never = new AbortController().signal

type Place = { readonly host: string; readonly port: number }
type Ask = (place: Place) => Promise<unknown>

/** What is asked of each, over its own library, at a place where it is away. */
const channels: Readonly<Record<string, Ask>> = {
  'the mail server': async ({ host, port }) => {
    const mail = smtpMail({ url: `smtp://${host}:${port}`, from: 'a@shop.example', messageIdHost: 'shop', timeLimitMs })
    try {
      return await mail.send({ messageId: 'one', to: 'b@shop.example', subject: 'Hello', text: 'Hello' }, never)
    } finally {
      mail.close()
    }
  },
  'the SMS provider': async ({ host, port }) => {
    const url = `http://${host}:${port}`
    const sms = twilioSms({ url, accountSid: 'AC1', authToken: 'token', from: '+491701', timeLimitMs })
    try {
      return await sms.send({ messageId: 'one', to: '+491702', text: 'Hello' }, never)
    } finally {
      sms.close()
    }
  },
  'the mock payment provider': async ({ host, port }) => {
    const provider = mockPaymentProvider({ url: `http://${host}:${port}`, timeLimitMs })
    try {
      return await provider.lookUpRefund({ providerPaymentId: 'pp', refundId: 'r', attempt: 1 }, never)
    } finally {
      provider.close()
    }
  },
  Stripe: async ({ host, port }) => {
    const provider = stripePaymentProvider({
      apiBase: `http://${host}:${port}`,
      secretKey: 'sk_test_1',
      returnUrl: 'http://shop.example',
      alarm: (message) => expect.fail(message),
      timeLimitMs,
    })
    try {
      return await provider.lookUpRefund({ providerPaymentId: 'pi_1', refundId: 'r', attempt: 1 }, never)
    } finally {
      provider.close()
    }
  },
}

type Meaning = typeof ProviderUnavailable | typeof OutcomeUnknown
type Meanings = { readonly http: Meaning; readonly mail: Meaning }
const notSent: Meanings = { http: ProviderUnavailable, mail: ProviderUnavailable }
/** By HTTP a request has gone out as soon as there is a connection; a mail waits for the server to greet. */
const notGreeted: Meanings = { http: OutcomeUnknown, mail: ProviderUnavailable }
/** nodemailer speaks of a connection that has ended in the same words before, within and after a mail. */
const perhapsSent: Meanings = { http: OutcomeUnknown, mail: OutcomeUnknown }

const begun = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'
const here = (server: Promise<BrokenServer>) => server.then((started) => ({ ...started, host: '127.0.0.1' }))
const nobody = (host: string) => async () => ({ host, port: await refusingPort(), close: async () => undefined })

const places: Readonly<
  Record<string, { readonly at: () => Promise<Place & Pick<BrokenServer, 'close'>>; readonly means: Meanings }>
> = {
  'nobody listens': { at: nobody('127.0.0.1'), means: notSent },
  'nobody listens, at any address of a name': { at: nobody('localhost'), means: notSent },
  'no such name': { at: nobody(unknownHost), means: notSent },
  'takes connections, and says nothing': { at: () => here(silentServer()), means: notGreeted },
  'hangs up': { at: () => here(closingServer()), means: perhapsSent },
  'resets the connection': { at: () => here(resettingServer()), means: notGreeted },
  'hangs up in the middle of its answer': {
    at: () => here(serverSaying(begun, { first: 'client', hangsUp: true })),
    means: notGreeted,
  },
  'falls silent in the middle of its answer': {
    at: () => here(serverSaying(begun, { first: 'client', hangsUp: false })),
    means: notGreeted,
  },
  'speaks of something else': {
    at: () => here(serverSaying('SSH-2.0-other\r\n', { first: 'server', hangsUp: false })),
    means: perhapsSent,
  },
  'greets, and hangs up': {
    at: () => here(serverSaying('220 here\r\n', { first: 'server', hangsUp: true })),
    means: perhapsSent,
  },
  'greets, and falls silent': {
    at: () => here(serverSaying('220 here\r\n', { first: 'server', hangsUp: false })),
    means: perhapsSent,
  },
}

describe('the outside when it is away, by what the libraries say of it', () => {
  for (const [channel, ask] of Object.entries(channels)) {
    describe(channel, () => {
      for (const [name, { at, means }] of Object.entries(places)) {
        it(name, async () => {
          const place = await at()
          const outcome = await ask(place).catch((error: unknown) => error)
          await place.close()
          expect(outcome).to.be.instanceOf(channel === 'the mail server' ? means.mail : means.http)
        })
      }
    })
  }
})
