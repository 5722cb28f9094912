import { z } from 'zod'
import { streams } from '../../domain/shared/streams.ts'
import { fieldFaults } from '../../infrastructure/http/faults.ts'
import { HttpFault, invalidRequest, notFound } from '../../infrastructure/http/problem.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { signatureHeader, verifyWebhook } from '../../infrastructure/http/webhook-signature.ts'
import type { Commanding } from '../commanding.ts'
import { inboxDecider, type ReceiveProviderEvent } from './inbox.ts'
import { envelopeSchema, providerEventOf } from '../../payment-providers/mock/webhook-event.ts'

export type WebhookRoutesOptions = {
  readonly commanding: Commanding
  /** By the provider's name in the address. */
  readonly secrets: Readonly<Record<string, string>>
  readonly now: () => Date
}

const unsigned = () =>
  new HttpFault(401, 'invalid_signature', 'The signature does not hold.', {
    headers: { 'WWW-Authenticate': signatureHeader },
  })

export const webhookRoutes = ({ commanding, secrets, now }: WebhookRoutesOptions): readonly Route[] => {
  const { handling, contextOf, patience } = commanding
  return [
    route({
      method: 'post',
      path: '/v1/webhooks/{provider}',
      summary: 'Take in what a payment provider tells',
      tag: 'webhooks',
      // The signature says who it is, and a provider that has much to tell must not be sent away.
      access: 'public',
      unlimited: true,
      description: `Signed over the raw body in ${signatureHeader}. Answered once it is stored; a repetition changes nothing.`,
      params: z.strictObject({ provider: z.string() }),
      headers: z.object({ [signatureHeader]: z.string().optional() }),
      // Looked at only after the signature: nobody else is told what is wrong with it.
      body: z.looseObject({}),
      problems: [401, 404],
      answers: { 200: { description: 'Stored', body: z.strictObject({ stored: z.literal(true) }) } },
      handle: async ({ params: { provider }, headers, body, rawBody, context }) => {
        const secret = Object.hasOwn(secrets, provider) ? secrets[provider] : undefined
        if (secret === undefined) throw notFound()
        if (verifyWebhook(secret, headers[signatureHeader], rawBody, now()) !== 'valid') throw unsigned()

        const envelope = envelopeSchema.safeParse(body)
        if (!envelope.success) throw invalidRequest('This is no event.', fieldFaults('body', envelope.error))
        const event = providerEventOf(provider, envelope.data)
        const { providerEventId, orderId = providerEventId } = event
        const command: ReceiveProviderEvent = { type: 'ReceiveProviderEvent', event }
        const actor = { type: 'system', id: `provider ${provider}` } as const
        await handling.handle(
          inboxDecider,
          streams.paymentWebhook(provider, providerEventId),
          command,
          contextOf(context, actor, orderId),
          patience(),
        )
        return { status: 200, body: { stored: true } }
      },
    }),
  ]
}
