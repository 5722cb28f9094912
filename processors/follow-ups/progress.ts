import { streams } from '../../domain/shared/streams.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import type { StoredEvent, StreamReader } from '../../infrastructure/event-store/port.ts'
import { traceIdOf } from '../../infrastructure/observability/tracing/trace-id.ts'
import { traceparentOfEvent } from '../../infrastructure/observability/tracing/traceparent-of-event.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import type { DueAgain, Leases } from '../perform/leases.ts'
import type { Schedule } from '../perform/schedule.ts'
import { serviceNames, type Service, type ServiceName } from '../services.ts'
import type { StandingOrder } from './due.ts'
import type { ParkedOrders } from '../dead-letters/parked-orders.ts'
import type { NoteWrites } from './noted-writes.ts'

/** What came of an order that stood still. */
export type Driven =
  /** It was left alone: it moved, or a group has an event of it still before it; or it stands in front of a person in every service. */
  | { readonly kind: 'behind' | 'parked' }
  | {
      readonly kind: 'driven'
      /** Types of events that had not been written, although they follow: something had been lost. None: all was so already. */
      readonly written: readonly string[]
      /** What a service refuses and nobody has parked. */
      readonly refusals: readonly string[]
      /** A group had an event of it still before it, and had been waited for long enough: nothing is known to be lost. */
      readonly wasBehind: boolean
      /** Of the request that placed the order, as far as it is known. */
      readonly traceId?: string
    }

export type ProgressDependencies = {
  readonly store: Pick<StreamReader, 'readStream' | 'lastEvents'>
  readonly leases: Leases
  readonly services: Readonly<Record<ServiceName, Pick<Service, 'looksAt'>>>
  /**
   * Has the group handle the event, behind what it has to do for the order already. The event has been given to somebody before, so that
   * what is done already is found done. @throws ConsumerPaused, StoreUnavailable
   */
  readonly handOver: (group: ServiceName, event: StoredEvent) => Promise<Outcome>
  readonly noteWrites: NoteWrites
  readonly isParked: ParkedOrders
  /** How long an order stands still before it is driven on. */
  readonly firstDelayMs: number
  /** For so long at most a group that is behind is waited for: what holds it up may be there for good. */
  readonly longestDelayMs: number
  /** When it is driven on again, should it stand still after that too. */
  readonly dueAgain: Schedule
  readonly now: () => Date
  /** Aborts when the process begins to drain: nothing is handed over any more. */
  readonly draining: AbortSignal
  readonly report: (order: StandingOrder, driven: Driven) => void
}

/** The place up to which a group has handled everything, as the event store has noted it. Undefined: nothing yet. */
export type HandledUpTo = (group: ServiceName) => Promise<Position | undefined>

/** Hands an order's events once more to the services that look at them. */
export type Progress = (order: StandingOrder, handledUpTo: HandledUpTo) => Promise<void>

const traceOf = ([first]: readonly StoredEvent[]): { readonly traceId?: string } => {
  const traceId = first === undefined ? undefined : traceIdOf(traceparentOfEvent(first))
  return traceId === undefined ? {} : { traceId }
}

const streamsOf = (orderId: string): readonly string[] =>
  [streams.order, streams.reservation, streams.payment, streams.notification].map((streamOf) => streamOf(orderId))

/**
 * A net under the groups, which the real event store may make forget a message: what was lost is done now. By one replica at a time; dying
 * anywhere in here leaves the order due again when the lease has run out.
 */
export const createProgress = (dependencies: ProgressDependencies): Progress => {
  const { store, leases, services, handOver, noteWrites, isParked, now, draining, report } = dependencies
  const { firstDelayMs, longestDelayMs, dueAgain } = dependencies

  /**
   * As they stood at one moment; undefined when one of the streams has grown meanwhile. Else what follows from an event could be read and
   * not the event itself, and what its handler is just doing would pass for lost.
   */
  const eventsOf = async (orderId: string): Promise<readonly StoredEvent[] | undefined> => {
    const events: StoredEvent[] = []
    const ends: { readonly stream: string; readonly last: string | undefined }[] = []
    for (const stream of streamsOf(orderId)) {
      let last: string | undefined
      for await (const event of store.readStream(stream)) {
        events.push(event)
        last = event.id
      }
      ends.push({ stream, last })
    }
    for (const { stream, last } of ends) {
      const [now] = await store.lastEvents(stream, 1)
      if (now?.id !== last) return undefined
    }
    return events.sort((a, b) => comparePositions(a.position, b.position))
  }

  /** Then nothing has been lost as far as anybody knows: it will come by itself. */
  const isBehind = async (
    events: readonly StoredEvent[],
    names: readonly ServiceName[],
    handledUpTo: HandledUpTo,
  ): Promise<boolean> => {
    for (const name of names) {
      const last = events.findLast(({ type }) => services[name].looksAt(type))
      if (last === undefined) continue
      const place = await handledUpTo(name)
      if (place === undefined || comparePositions(place, last.position) < 0) return true
    }
    return false
  }

  /** Those in which nothing of the order stands in front of a person. What does so in another is no reason for these to wait. */
  const freeOnes = async (orderId: string): Promise<readonly ServiceName[]> => {
    const free: ServiceName[] = []
    for (const name of serviceNames) if (!(await isParked(name, orderId))) free.push(name)
    return free
  }

  /** One after another, as they were written; adds what is written by it, and answers what was refused. Undefined when it was cut short. */
  const handOverAll = async (
    events: readonly StoredEvent[],
    names: readonly ServiceName[],
    written: string[],
  ): Promise<readonly string[] | undefined> => {
    const refusals: string[] = []
    for (const event of events) {
      for (const name of names.filter((service) => services[service].looksAt(event.type))) {
        if (draining.aborted) return undefined
        const outcome = await noteWrites(event.id, written, () => handOver(name, event))
        if (typeof outcome === 'string') continue
        if ('retry' in outcome) return undefined
        refusals.push(`${event.type} by ${name}: ${outcome.park.code}`)
      }
    }
    return refusals
  }

  /** Answers false when it was cut short, and is to be done again soon. */
  const drive = async (
    order: StandingOrder,
    events: readonly StoredEvent[],
    names: readonly ServiceName[],
    wasBehind: boolean,
  ): Promise<boolean> => {
    const written: string[] = []
    let refusals: readonly string[] | undefined
    try {
      refusals = await handOverAll(events, names, written)
      return refusals !== undefined
    } finally {
      // Also of one that was cut short: the next time this is done already, and no loss any more.
      if (refusals !== undefined || written.length > 0)
        report(order, { kind: 'driven', written, refusals: refusals ?? [], wasBehind, ...traceOf(events) })
    }
  }

  const lookAt = async (order: StandingOrder, handledUpTo: HandledUpTo): Promise<boolean> => {
    const names = await freeOnes(order.orderId)
    if (names.length === 0) {
      report(order, { kind: 'parked' })
      return false
    }
    const events = await eventsOf(order.orderId)
    if (events === undefined) {
      report(order, { kind: 'behind' })
      return false
    }
    const wasBehind = await isBehind(events, names, handledUpTo)
    if (wasBehind && now().getTime() - order.movedAt.getTime() < longestDelayMs) {
      report(order, { kind: 'behind' })
      return false
    }
    return drive(order, events, names, wasBehind)
  }

  return async (order, handledUpTo) => {
    const { orderId: key, movedAt: since, eventId } = order
    // An order that has moved since it was last driven begins anew with the delays.
    const lease = await leases.claim({ kind: 'progress', key, since, eventId }, { onlyDue: false })
    if (lease === undefined) return
    // What was not driven on, or only in part, does not put off the drives to come.
    let then: DueAgain = { dueInMs: firstDelayMs, uncounted: true }
    try {
      // Cut off in here, it comes again, and all that has been done is found done.
      if (await lookAt(order, handledUpTo))
        then = { dueInMs: dueAgain(lease.claimCount, now()).getTime() - now().getTime() }
    } finally {
      await leases.release(lease, then)
    }
  }
}
