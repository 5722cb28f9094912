import { z } from 'zod'
import type { PaymentWebhookEvent } from '../../domain/payments/events.ts'
import { streams } from '../../domain/shared/streams.ts'
import { textFault } from '../../domain/shared/text.ts'
import { fieldFaults } from '../../infrastructure/http/faults.ts'
import { HttpFault, invalidRequest, type FieldFault } from '../../infrastructure/http/problem.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'
import { route } from '../../http-api/route.ts'
import type { ProviderWebhooks } from '../../payment-providers/webhooks.ts'
import type { Commanding } from '../commanding.ts'
import { inboxDecider, type ReceiveProviderEvent } from './inbox.ts'

export type WebhookRoutesOptions = {
  readonly commanding: Commanding
  readonly webhooks: readonly ProviderWebhooks[]
  readonly registry: Registry
  readonly logger: Pick<Logger, 'warn'>
  readonly now: () => Date
}

const unsigned = (header: string) =>
  new HttpFault(401, 'invalid_signature', 'The signature does not hold.', { headers: { 'WWW-Authenticate': header } })

/** What a webhook can turn out to be. */
const results = ['stored', 'foreign', 'unsigned', 'malformed', 'too_long'] as const
type Result = (typeof results)[number]

/** So many are named in the log, each once. */
const mostVersions = 20
/** A provider's codes and ids are short; an address can be long. */
const longestTold = 2_000

/** They say nothing of whose money it is, or how much: an event is worth keeping without them. */
const dispensable = ['code', 'url'] as const satisfies readonly (keyof PaymentWebhookEvent)[]
type Dispensable = (typeof dispensable)[number]

const faultOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? textFault(value, longestTold) : undefined

/** Without those that cannot be shown or kept as they were told. */
const withoutSpoilt = (
  event: PaymentWebhookEvent,
): { readonly event: PaymentWebhookEvent; readonly dropped: readonly Dispensable[] } => {
  const dropped = dispensable.filter((field) => faultOf(event[field]) !== undefined)
  return { event: { ...event, ...Object.fromEntries(dropped.map((field) => [field, undefined])) }, dropped }
}

/** What cannot be kept as it was told, and says whose money it is: the field is named, and nothing of the event is kept. */
const spoiltFields = (event: PaymentWebhookEvent): readonly FieldFault[] =>
  Object.entries(event).flatMap(([path, value]) => {
    const message = faultOf(value)
    return message === undefined ? [] : [{ in: 'body', path, message } as const]
  })

/** One for each provider whose webhooks are taken in. */
export const webhookRoutes = ({
  commanding,
  webhooks,
  registry,
  logger,
  now,
}: WebhookRoutesOptions): readonly Route[] => {
  const { handling, contextOf, patience } = commanding
  const received = new Counter({
    name: 'payment_webhooks_total',
    help: 'Webhooks of payment providers by what they were: stored, foreign (a sale of somebody else), unsigned, malformed, too_long (nothing of it was looked at)',
    labelNames: ['provider', 'result'],
    registers: [registry],
  })

  const fieldsDropped = new Counter({
    name: 'payment_webhooks_fields_dropped_total',
    help: 'Fields of webhooks of payment providers that could not be kept as they were told; the rest of the event was stored',
    labelNames: ['provider', 'field'],
    registers: [registry],
  })

  const ofOtherVersion = new Counter({
    name: 'payment_webhooks_of_other_version_total',
    help: 'Webhooks of payment providers that were stored, and were written in another version of the API than the one that is read here',
    labelNames: ['provider'],
    registers: [registry],
  })
  const versionsSeen = new Set<string>()
  /** Money moves in any version, so none is refused: what it does not say in the way that is read here, the payment service finds missing. */
  const noteVersion = (provider: string, version: string): void => {
    ofOtherVersion.inc({ provider })
    if (versionsSeen.size >= mostVersions || versionsSeen.has(version)) return
    versionsSeen.add(version)
    logger.warn('webhooks come in another version of the API than the one that is read here', { provider, version })
  }

  const store = async (event: PaymentWebhookEvent, context: RequestContext): Promise<void> => {
    const { provider, providerEventId, orderId = providerEventId } = event
    const command: ReceiveProviderEvent = { type: 'ReceiveProviderEvent', event }
    const actor = { type: 'system', id: `provider ${provider}` } as const
    await handling.handle(
      inboxDecider,
      streams.paymentWebhook(provider, providerEventId),
      command,
      contextOf(context, actor, orderId),
      patience(),
    )
  }

  return webhooks.map(({ provider, signatureHeader, limitBytes, read }) => {
    // From the first on they can be seen to rise: alerts and panels rest on that.
    ofOtherVersion.inc({ provider }, 0)
    for (const field of dispensable) fieldsDropped.inc({ provider, field }, 0)
    for (const result of results) received.inc({ provider, result }, 0)
    const count = (result: Result) => received.inc({ provider, result })
    const refuseUnsigned = () => {
      count('unsigned')
      return unsigned(signatureHeader)
    }
    return route({
      method: 'post',
      path: `/v1/webhooks/${provider}`,
      summary: `Take in what the payment provider ${provider} tells`,
      tag: 'webhooks',
      // The signature says who it is, and a provider that has much to tell must not be sent away.
      access: 'public',
      unlimited: true,
      description: `Signed over the raw body in ${signatureHeader}. Answered once it is stored; a repetition changes nothing, and what names a sale of somebody else is not kept.`,
      headers: z.object({ [signatureHeader]: z.string().optional() }),
      // Looked at only after the signature: nobody else is told what is wrong with it, or has it parsed.
      body: z.looseObject({}),
      rawBodyLimit: limitBytes,
      bodyRefused: ({ status }) => {
        if (status === 413) count('too_long')
      },
      problems: [401],
      answers: { 200: { description: 'Taken in', body: z.strictObject({ stored: z.boolean() }) } },
      // Without a signature nothing is read.
      admit: (header) => {
        if (header(signatureHeader) === undefined) throw refuseUnsigned()
      },
      handle: async ({ headers, rawBody, context }) => {
        const reading = read(headers[signatureHeader], rawBody, now())
        switch (reading.kind) {
          case 'unsigned':
            throw refuseUnsigned()
          case 'malformed':
            count('malformed')
            throw invalidRequest('This is no event.', fieldFaults('body', reading.error))
          case 'foreign':
            count('foreign')
            return { status: 200, body: { stored: false } }
          case 'event': {
            const { event, dropped } = withoutSpoilt(reading.event)
            const spoilt = spoiltFields(event)
            if (spoilt.length > 0) {
              count('malformed')
              throw invalidRequest('This is no event.', spoilt)
            }
            if (reading.otherVersion !== undefined) noteVersion(provider, reading.otherVersion)
            await store(event, context)
            count('stored')
            for (const field of dropped) fieldsDropped.inc({ provider, field })
            return { status: 200, body: { stored: true } }
          }
        }
      },
    })
  })
}
