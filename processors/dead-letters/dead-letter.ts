import { z } from 'zod'
import type { ParkedMessage, StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Resolution } from './resolutions.ts'

export const reasonSchema = z.object({
  /** `parked_by_server` where the reason is not one of ours: a time-out at the retry limit, or an operator in the store's own UI. */
  code: z.string(),
  message: z.string(),
  attempts: z.int().optional(),
  handlerVersion: z.string().optional(),
})

export const deadLetterSchema = z
  .object({
    group: z.string(),
    /** Its place in the group's parked stream. */
    number: z.int().nonnegative(),
    parkedAt: z.iso.datetime(),
    ageSeconds: z.number(),
    /** Events of one key are handled one after another. */
    key: z.string().nullable(),
    reason: reasonSchema,
    /** How often it was retried by hand. */
    attempts: z.int(),
    /** What the last retry came to grief over; null also while one is under way. */
    lastFailure: z.string().nullable(),
    /** Resolved: a retry has handled the event. Null while it is not. */
    settled: z.object({ at: z.iso.datetime(), by: z.string(), verdict: z.string() }).nullable(),
    /** Null when the original is no longer in the store; its revision, when it is the end of a deleted stream, which JSON can't count. */
    event: z
      .object({
        id: z.string(),
        stream: z.string(),
        revision: z.int().nullable(),
        type: z.string(),
        recordedAt: z.iso.datetime(),
      })
      .nullable(),
  })
  .meta({ id: 'DeadLetter' })
export type DeadLetter = z.infer<typeof deadLetterSchema>

export const wholeDeadLetterSchema = deadLetterSchema
  .extend({ data: z.unknown(), metadata: z.unknown() })
  .meta({ id: 'WholeDeadLetter' })

const reasonOf = (text: string): DeadLetter['reason'] => {
  const other = { code: 'parked_by_server', message: text }
  try {
    return reasonSchema.safeParse(JSON.parse(text)).data ?? other
  } catch {
    // Not one of our lines of JSON.
    return other
  }
}

const eventOf = ({ id, stream, revision, type, created }: StoredEvent): DeadLetter['event'] => {
  const number = Number(revision)
  return { id, stream, revision: Number.isSafeInteger(number) ? number : null, type, recordedAt: created.toISOString() }
}

export type DeadLetterView = {
  readonly group: string
  readonly message: ParkedMessage
  readonly resolution: Resolution | undefined
  readonly keyOf: (event: StoredEvent) => string
  readonly now: Date
}

/** A dead letter is a parked message with what was decided about it, as an operator sees it. Without the event's content, which may be personal. */
export const deadLetterOf = ({ group, message, resolution, keyOf, now }: DeadLetterView): DeadLetter => ({
  group,
  number: Number(message.number),
  parkedAt: message.parkedAt.toISOString(),
  ageSeconds: Math.max(0, (now.getTime() - message.parkedAt.getTime()) / 1_000),
  key: message.event === undefined ? null : keyOf(message.event),
  reason: reasonOf(message.reason),
  attempts: resolution?.retries ?? 0,
  lastFailure: resolution?.lastFailure ?? null,
  settled:
    resolution?.resolvedAt === undefined
      ? null
      : { at: resolution.resolvedAt.toISOString(), by: resolution.decidedBy, verdict: resolution.kind },
  event: message.event === undefined ? null : eventOf(message.event),
})
