import { eventTypeFilter, type Filter } from '@eventstore/db-client'
import { categoryOf } from '../../domain/shared/streams.ts'
import type { ServiceName } from '../../processors/services.ts'
import { isWanted, logOfOrders } from './log-of-orders.ts'

const paid = (await logOfOrders(1, 'what services want')).flat()

const wantedOf = (service: ServiceName) =>
  paid.filter(({ stream, event }) => isWanted(service, { stream, type: event.type }))

/** The categories of streams in which a paid order has something for the service. */
export const categoriesOf = (service: ServiceName): readonly string[] => [
  ...new Set(wantedOf(service).map(({ stream }) => categoryOf(stream) ?? '')),
]

/** Lets through what a paid order has for the service. */
export const typesFilterOf = (service: ServiceName): Filter =>
  eventTypeFilter({ prefixes: [...new Set(wantedOf(service).map(({ event }) => event.type))] })
