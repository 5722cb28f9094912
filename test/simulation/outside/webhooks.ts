import { inboxDecider } from '../../../command-api/webhooks/inbox.ts'
import { providerEventOf } from '../../../payment-providers/mock/webhook-event.ts'
import { streams } from '../../../domain/shared/streams.ts'
import type { ApiCall } from '../actors/api.ts'
import { noTrace } from '../actors/catalogue.ts'
import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Weather } from '../weather.ts'

export type Tell = (type: string, data: Readonly<Record<string, unknown>>) => void

export type WebhookParts = {
  readonly scheduler: Scheduler
  readonly weather: Weather
  readonly random: Random
  readonly call: ApiCall
}

const seconds = 1_000

/** The provider tells it again until the shop has said that it is stored; sometimes more often, sometimes under a second id. */
export const createWebhooks = ({ scheduler, weather, random, call }: WebhookParts) => {
  let told = 0
  let underWay = 0
  let lastTime = 0

  const deliver = (envelope: Parameters<typeof providerEventOf>[1]): void => {
    underWay += 1
    scheduler.after(weather.latency(), `provider tells ${envelope.type} (${envelope.id})`, () => {
      const event = providerEventOf('mock', envelope)
      const { providerEventId, orderId = providerEventId } = event
      void call(`webhook ${envelope.type}`, ({ handling, contextOf, patience }) =>
        handling.handle(
          inboxDecider,
          streams.paymentWebhook('mock', providerEventId),
          { type: 'ReceiveProviderEvent', event },
          contextOf(noTrace, { type: 'system', id: 'provider mock' }, orderId),
          patience(),
        ),
      ).then((answered) => {
        if (answered.kind !== 'answered')
          scheduler.after(random.int(1, 30) * seconds, 'the webhook is due again', () => deliver(envelope))
        underWay -= 1
      })
    })
  }

  const tell: Tell = (type, data) => {
    told += 1
    // The provider's clock goes on between any two things that it tells.
    lastTime = Math.max(lastTime + 1, scheduler.now())
    const envelope = { id: `evt_${told}`, type, createdAt: new Date(lastTime).toISOString(), data }
    deliver(envelope)
    if (weather.comesTwice()) deliver(envelope)
    if (weather.comesTwice()) deliver({ ...envelope, id: `evt_${told}_again` })
  }

  return { tell, underWay: () => underWay }
}
