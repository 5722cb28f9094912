import type { StreamReader } from '../../infrastructure/event-store/port.ts'
import { createAdmission, type Admission } from '../../infrastructure/http/admission.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import { Gauge, type Registry } from '../../infrastructure/observability/metrics.ts'
import { createOrderBacklog, type OrderBacklog } from './order-backlog.ts'

/** Whether another order is taken on, by how the services keep up with those before it. Orders alone: cancels and webhooks are never refused. */
export type Overload = Pick<Admission, 'admit'> & Pick<OrderBacklog, 'placed'>

export type OverloadOptions = {
  readonly store: Pick<StreamReader, 'lastEvents'>
  readonly thresholdMs: number
  readonly registry: Registry
  readonly logger: Logger
}

export const measuredOverload = ({ store, thresholdMs, registry, logger }: OverloadOptions): Overload => {
  const backlog = createOrderBacklog(store, Date.now)
  let age = 0
  const admission = createAdmission({
    backlogMs: async () => (age = await backlog.age()),
    thresholdMs,
    detail: 'The shop is behind. This says nothing about an earlier request with the same key: repeat it.',
    now: Date.now,
    random: Math.random,
    warn: (message, error) => logger.warn(message, { error }),
  })
  new Gauge({
    name: 'orders_backlog_age_seconds',
    help: 'Age of the oldest order placed here that no service has begun with, as it was last measured',
    registers: [registry],
    collect() {
      this.set(age / 1_000)
    },
  })
  new Gauge({
    name: 'orders_refused_ratio',
    help: 'Share of new orders that are refused because the services are behind',
    registers: [registry],
    collect() {
      this.set(admission.share())
    },
  })
  return {
    admit: () => {
      admission.admit()
    },
    placed: (orderId) => {
      backlog.placed(orderId)
    },
  }
}

/** Everything is taken on. */
export const noOverload: Overload = { admit: () => undefined, placed: () => undefined }
