import { z } from 'zod'
import { actorSchema } from '../../domain/shared/actor.ts'

/**
 * Stored with every event. `$correlationId` is the id of the whole that the event is part of; `$causationId` the id of the event, or of the
 * command from outside, that led to this one. The two names with `$` are the ones EventStoreDB's own tools know.
 */
export const eventMetadataSchema = z.looseObject({
  $correlationId: z.string().min(1),
  $causationId: z.string().min(1),
  commandId: z.string().min(1),
  actor: actorSchema,
  schemaVersion: z.int().positive(),
  /** RFC 3339, UTC: when it was decided, by the writer's clock. */
  occurredAt: z.iso.datetime(),
  traceparent: z.string().optional(),
})
export type EventMetadata = z.infer<typeof eventMetadataSchema>
