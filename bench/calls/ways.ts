import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { createTransport } from 'nodemailer'
import { smtpMail } from '../../processors/notifications/smtp-mail.ts'
import { mockPaymentProvider } from '../../payment-providers/mock/provider.ts'
import { callLimit } from '../../processors/perform/call-limit.ts'

export type Call = (index: number) => Promise<unknown>

/** What is called, and as whom: `shop` as the processors do, `bare` with what there is for it, and the least that it can be asked. */
export const kinds = ['mail', 'charge'] as const
export type Kind = (typeof kinds)[number]
export const wayNames = ['shop', 'bare'] as const
export type WayName = (typeof wayNames)[number]

const limit = callLimit(11_000, { signal: new AbortController().signal, limitMs: 11_000 })
const order = (index: number) => `4f1c2a70-0000-4000-8000-${String(index).padStart(12, '0')}`
const confirmation = [
  'Hello Alice Example,',
  '',
  'Your order is paid and on its way to our warehouse.',
  '',
  '  2 × Espresso cup  19.80 EUR',
  '  1 × Coffee beans, dark  12.50 EUR',
  '  Total  32.30 EUR',
  '',
].join('\n')

const ways: Readonly<Record<Kind, Readonly<Record<WayName, (url: string) => Call>>>> = {
  mail: {
    shop: (url) => {
      const mail = smtpMail({ url, from: 'shop@example.org', messageIdHost: 'shop.example.org' })
      return (index) =>
        limit((signal) =>
          mail.send(
            {
              messageId: order(index),
              to: `customer-${index}@example.org`,
              subject: `Your order ${index} is confirmed`,
              text: confirmation,
            },
            signal,
          ),
        )
    },
    bare: (url) => {
      const transport = createTransport({ url, pool: true })
      return (index) =>
        transport.sendMail({
          from: 'shop@example.org',
          to: `customer-${index}@example.org`,
          subject: 'confirmed',
          text: 'confirmed',
        })
    },
  },
  charge: {
    shop: (url) => {
      const provider = mockPaymentProvider({ url })
      return (index) =>
        limit((signal) =>
          provider.charge(
            {
              orderId: order(index),
              paymentId: order(index),
              idempotencyKey: order(index),
              amount: 3_230,
              currency: 'EUR',
              method: 'card-ok',
            },
            signal,
          ),
        )
    },
    bare: (url) => {
      const agent = new Agent({ keepAlive: true })
      return (index) =>
        new Promise((resolve, reject) => {
          const body = JSON.stringify({ paymentId: order(index) })
          const headers = { 'content-type': 'application/json', 'content-length': body.length }
          request(`${url}/v1/charges`, { agent, method: 'POST', headers }, (response) => {
            text(response).then((answer) => resolve(JSON.parse(answer)), reject)
          })
            .on('error', reject)
            .end(body)
        })
    },
  },
}

export const callOf = (kind: Kind, way: WayName, url: string): Call => ways[kind][way](url)
