import { z } from 'zod'
import type { ParkedMessage, StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Resolution } from './resolution.ts'

export const reasonSchema = z.object({
  /** `parked_by_server` where the reason is not one of ours: a time-out at the retry limit, or an operator in the store's own UI. */
  code: z.string(),
  message: z.string(),
  attempts: z.int().optional(),
  handlerVersion: z.string().optional(),
})

/** What a dead letter is, whatever is decided about it. Without the event's content, which may be personal. */
export const letterSchema = z.object({
  parkedAt: z.iso.datetime(),
  /** Events of one key are handled one after another. */
  key: z.string().nullable(),
  /** What it was parked for. */
  reason: reasonSchema,
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
export type LetterOfEvent = z.infer<typeof letterSchema>

export const deadLetterSchema = letterSchema
  .extend({
    group: z.string(),
    /** Its place in the group's parked stream. */
    number: z.int().nonnegative(),
    ageSeconds: z.number(),
    /** Why it stands now: the reason's code, or that of the last failure. */
    code: z.string(),
    /** How often it was retried by hand. */
    attempts: z.int(),
    /** What the last retry came to grief over; null also while one is under way. */
    lastFailure: z.string().nullable(),
    /** The letter of its key whose turn is before. */
    waitsFor: z.int().nullable(),
    /** How many letters of its key wait behind it. */
    waiting: z.int(),
    /** Its event was resolved before, as these letters, and was parked once more. */
    resolvedBefore: z.array(z.int()),
    /** Resolved: its event has been handled, or it was discarded. Null while it is not. */
    settled: z
      .object({ at: z.iso.datetime(), by: z.string(), verdict: z.string(), why: z.string().nullable() })
      .nullable(),
  })
  .meta({ id: 'DeadLetter' })
export type DeadLetter = z.infer<typeof deadLetterSchema>

export const wholeDeadLetterSchema = deadLetterSchema
  .extend({
    data: z.unknown(),
    metadata: z.unknown(),
    /** What was decided about it, oldest first. Without an outcome it is under way, or whoever was at it died with it. */
    history: z.array(
      z.object({
        number: z.int(),
        what: z.string(),
        by: z.string(),
        at: z.iso.datetime(),
        why: z.string().nullable(),
        outcome: z.string().nullable(),
      }),
    ),
    /** What has happened to its order, newest first. */
    recent: z.array(z.object({ type: z.string(), at: z.iso.datetime(), place: z.string() })),
    /** What a retry would do as everything stands now; nothing of it is done. */
    retryWould: z.object({
      /** What the service's process manager asks for, as far as it comes. */
      commands: z.array(z.string()),
      /** What would be written. None: it is so already. */
      events: z.array(z.object({ stream: z.string(), type: z.string() })),
      /** The calls to the outside that would be begun. */
      intents: z.array(z.string()),
      /** Why it would fail again. */
      failure: z.string().nullable(),
    }),
    /** The numbers of those that wait behind it. */
    waitingLetters: z.array(z.int()),
  })
  .meta({ id: 'WholeDeadLetter' })
export type WholeDeadLetter = z.infer<typeof wholeDeadLetterSchema>

export const reasonOf = (text: string): DeadLetter['reason'] => {
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

export const letterOfMessage = (message: ParkedMessage, keyOf: (event: StoredEvent) => string): LetterOfEvent => ({
  parkedAt: message.parkedAt.toISOString(),
  key: message.event === undefined ? null : keyOf(message.event),
  reason: reasonOf(message.reason),
  event: message.event === undefined ? null : eventOf(message.event),
})

export type DeadLetterView = {
  readonly group: string
  readonly number: bigint
  readonly letter: LetterOfEvent
  readonly resolution: Resolution | undefined
  readonly waitsFor: bigint | undefined
  readonly waiting: number
  readonly resolvedBefore: readonly bigint[]
  readonly now: Date
}

/** A dead letter is a parked message with what was decided about it, as an operator sees it. */
export const deadLetterOf = (view: DeadLetterView): DeadLetter => {
  const { group, number, letter, resolution, waitsFor, waiting, resolvedBefore, now } = view
  return {
    ...letter,
    group,
    number: Number(number),
    ageSeconds: Math.max(0, (now.getTime() - new Date(letter.parkedAt).getTime()) / 1_000),
    code: resolution?.failureCode ?? letter.reason.code,
    attempts: resolution?.retries ?? 0,
    lastFailure: resolution?.lastFailure ?? null,
    waitsFor: waitsFor === undefined ? null : Number(waitsFor),
    waiting,
    resolvedBefore: resolvedBefore.map(Number),
    settled:
      resolution?.resolvedAt === undefined
        ? null
        : {
            at: resolution.resolvedAt.toISOString(),
            by: resolution.decidedBy,
            verdict: resolution.kind,
            why: resolution.why ?? null,
          },
  }
}
