import { randomUUID } from 'node:crypto'
import { jsonEvent, type JSONEventType } from '@eventstore/db-client'

/** What every event of the benchmark holds: 300 bytes of data, 100 of metadata. */
export const benchType = 'BenchmarkEvent'
export const benchData = { orderId: randomUUID(), text: 'x'.repeat(240) }
export const benchMetadata = { $correlationId: randomUUID(), $causationId: randomUUID() }

export const benchEvent = (): ReturnType<typeof jsonEvent<JSONEventType>> =>
  jsonEvent({ type: benchType, data: benchData, metadata: benchMetadata })
