import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { uuidv5 } from '../../domain/shared/ids.ts'
import type { Patience, StreamReader, StreamWriter } from './port.ts'
import type { Folded } from './state-cache.ts'

/** Of which folds the states are written down from time to time, because their streams never end. */
export type SnapshotPolicy = {
  readonly fold: object
  readonly everyEvents: number
  /** Changes whenever the same events lead to another state, or a state is written down in another way. */
  readonly version: string
  readonly snapshotStreamOf: (stream: string) => string
  /** As plain JSON. Given states of `fold` alone, whatever their type. */
  readonly toContent: (state: never) => unknown
  /** A state of `fold`; undefined for what `toContent` cannot have written. */
  readonly fromContent: (content: unknown) => unknown
}

/** A state as it was at a revision, and the id of the event there: whoever uses it looks whether the stream still has that event. */
export type Snapshot<State> = { readonly state: State; readonly revision: bigint; readonly eventId: string }

export type SnapshotOutcome = 'written' | 'too_large' | 'failed'

export type Snapshots = {
  /** The newest that can be used; undefined when there is none. @throws StoreUnavailable */
  find<State>(fold: object, stream: string, patience: Patience): Promise<Snapshot<State> | undefined>
  /** Told of each append: writes a snapshot beside it when one is due. Nobody waits for it, and nothing depends on it. */
  appended<State>(
    fold: object,
    stream: string,
    before: bigint | undefined,
    after: Folded<State>,
    lastEventId: string,
  ): void
}

export type SnapshotsOptions = {
  readonly store: StreamWriter & StreamReader
  readonly policies: readonly SnapshotPolicy[]
  readonly observe?: ((outcome: SnapshotOutcome, stream: string, error?: unknown) => void) | undefined
}

/** Quick rather than small: nothing else runs meanwhile. A state of tens of thousands of entries takes some hundredths of a second. */
const pack = (content: unknown): string => gzipSync(JSON.stringify(content), { level: 1 }).toString('base64')
const unpack = (packed: string): unknown => JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'))

/** Characters of text in one event, and events in one snapshot: together they stay below what one append may have. */
const partLength = 480 * 1024
const mostParts = 2
/** Written at a time in a process; what is due beyond that waits for its stream's next turn. */
const mostAtATime = 4

const partSchema = z.object({
  version: z.string(),
  revision: z.string().regex(/^\d{1,19}$/),
  eventId: z.string().min(1),
  part: z.int().nonnegative(),
  parts: z.int().positive().max(mostParts),
  content: z.string(),
})

const isDue = (before: bigint | undefined, after: bigint, everyEvents: number): boolean => {
  const every = BigInt(everyEvents)
  return (after + 1n) / every > ((before ?? -1n) + 1n) / every
}

export const createSnapshots = ({ store, policies, observe = () => undefined }: SnapshotsOptions): Snapshots => {
  const policyOf = (fold: object) => policies.find((policy) => policy.fold === fold)
  const underWay = new Set<string>()

  const write = async (
    policy: SnapshotPolicy,
    stream: string,
    state: unknown,
    revision: bigint,
    eventId: string,
  ): Promise<SnapshotOutcome> => {
    // A policy is given back the states of its own fold.
    const packed = pack(policy.toContent(state as never))
    const parts = Math.max(1, Math.ceil(packed.length / partLength))
    if (parts > mostParts) return 'too_large'
    const events = Array.from({ length: parts }, (_, part) => ({
      // Of two replicas that are due at once the second repeats the first.
      id: uuidv5(`snapshot|${stream}|${policy.version}|${eventId}|${part}`),
      type: 'Snapshot',
      data: {
        version: policy.version,
        revision: String(revision),
        eventId,
        part,
        parts,
        content: packed.slice(part * partLength, (part + 1) * partLength),
      },
      metadata: {},
    }))
    const target = policy.snapshotStreamOf(stream)
    const { revision: last } = await store.append(target, events, 'any')
    if (last < BigInt(parts)) {
      // Its first: from now on only the newest are kept.
      await store.append(
        `$$${target}`,
        [{ id: uuidv5(`limit of ${target}`), type: '$metadata', data: { $maxCount: mostParts }, metadata: {} }],
        'any',
      )
    }
    return 'written'
  }

  return {
    async find<State>(fold: object, stream: string, patience: Patience) {
      const policy = policyOf(fold)
      if (policy === undefined) return undefined
      const events = await store.lastEvents(policy.snapshotStreamOf(stream), mostParts, patience)
      // Whatever is wrong with them, the stream itself says the same at greater length.
      const parts = events.toReversed().flatMap(({ data }) => partSchema.safeParse(data).data ?? [])
      const newest = parts.at(-1)
      if (newest?.version !== policy.version) return undefined
      const mine = parts.slice(-newest.parts)
      const whole =
        mine.length === newest.parts &&
        mine.every(({ part, revision }, index) => part === index && revision === newest.revision)
      if (!whole) return undefined
      try {
        const state = policy.fromContent(unpack(mine.map(({ content }) => content).join(''))) as State | undefined
        if (state !== undefined) return { state, revision: BigInt(newest.revision), eventId: newest.eventId }
      } catch (error) {
        observe('failed', stream, error)
      }
      return undefined
    },

    appended(fold, stream, before, { state, revision }, lastEventId) {
      const policy = policyOf(fold)
      if (policy === undefined || revision === undefined || !isDue(before, revision, policy.everyEvents)) return
      if (underWay.has(stream) || underWay.size >= mostAtATime) return
      underWay.add(stream)
      write(policy, stream, state, revision, lastEventId)
        .then(
          (outcome) => {
            observe(outcome, stream)
          },
          (error: unknown) => {
            observe('failed', stream, error)
          },
        )
        .finally(() => underWay.delete(stream))
    },
  }
}
