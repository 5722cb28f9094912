import type { EventContent } from '../infrastructure/event-store/port.ts'
import { differencesText } from '../infrastructure/event-store/setting-differences.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import { Counter, durationBuckets, Gauge, Histogram, type Registry } from '../infrastructure/observability/metrics.ts'
import { traceIdOf } from '../infrastructure/observability/tracing/trace-id.ts'
import { traceparentOfEvent } from '../infrastructure/observability/tracing/traceparent-of-event.ts'
import type { ConsumerObserver } from '../infrastructure/subscriptions/consumer-options.ts'
import type { Outcome } from '../infrastructure/subscriptions/outcome.ts'
import type { ConsumerStatus } from '../infrastructure/subscriptions/persistent.ts'
import { keyOf } from './groups.ts'

const nameOf = (outcome: Outcome): string => {
  if (typeof outcome === 'string') return outcome
  return 'park' in outcome ? 'parked' : 'let_go'
}

const fieldsOf = (event: EventContent) => {
  const { metadata } = event
  const correlationId =
    typeof metadata === 'object' && metadata !== null && '$correlationId' in metadata
      ? metadata.$correlationId
      : undefined
  const traceId = traceIdOf(traceparentOfEvent(event))
  return {
    correlationId,
    traceId,
    orderId: keyOf(event),
    eventId: event.id,
    eventType: event.type,
    stream: event.stream,
  }
}

/** What became of an event, in the log; the metric calls what is left for redelivery `let_go`. */
const textOf = (outcome: Outcome): string => {
  const name = nameOf(outcome)
  return name === 'let_go' ? 'left for redelivery' : name
}

/** Counts and logs what becomes of events: one line for each outcome, at the level debug where it is a good one. */
export const createGroupObservers = (registry: Registry, logger: Logger): ((group: string) => ConsumerObserver) => {
  const registers = [registry]
  const duration = new Histogram({
    name: 'group_event_duration_seconds',
    help: 'From the first start of an event to its outcome',
    labelNames: ['group', 'outcome'],
    buckets: [...durationBuckets],
    registers,
  })
  const retried = new Counter({
    name: 'group_retried_total',
    help: 'Handlings that have to be repeated',
    labelNames: ['group'],
    registers,
  })
  const parked = new Counter({
    name: 'group_parked_total',
    help: 'Events put aside',
    labelNames: ['group', 'code'],
    registers,
  })
  const dropped = new Counter({
    name: 'group_dropped_total',
    help: 'Subscriptions that ended unasked',
    labelNames: ['group'],
    registers,
  })
  const redelivered = new Counter({
    name: 'group_redelivered_total',
    help: 'Deliveries of events that had been given before',
    labelNames: ['group'],
    registers,
  })
  const heldBack = new Counter({
    name: 'group_held_back_total',
    help: 'Deliveries of events that were still being handled here',
    labelNames: ['group'],
    registers,
  })
  const differing = new Map<string, number>()
  new Gauge({
    name: 'group_settings_differ',
    help: 'Settings that the group in the event store has otherwise than wanted',
    labelNames: ['group'],
    registers,
    collect() {
      for (const [group, settings] of differing) this.set({ group }, settings)
    },
  })

  return (group) => {
    const log = logger.child({ group })
    let differencesLogged = ''
    return {
      redelivered: () => {
        redelivered.inc({ group })
      },
      heldBack: () => {
        heldBack.inc({ group })
      },
      handled(event, outcome, milliseconds) {
        const name = nameOf(outcome)
        duration.observe({ group, outcome: name }, milliseconds / 1_000)
        // What went well is logged with the order that comes to rest by it.
        const level = typeof outcome === 'string' ? 'debug' : 'info'
        if (log.isOn(level))
          log[level](`${event.type} ${textOf(outcome)}`, {
            ...fieldsOf(event),
            outcome: name,
            durationMs: milliseconds,
          })
      },
      retried(event, reason, inMs, attempt) {
        retried.inc({ group })
        log.warn(`${event.type} is retried`, { ...fieldsOf(event), reason, inMs: Math.round(inMs), attempt })
      },
      parked(event, reason) {
        parked.inc({ group, code: reason.code })
        log.error(`${event.type} is parked`, { ...fieldsOf(event), ...reason, reason: reason.message })
      },
      leftUnacknowledged: (event, reason) =>
        log.warn(`${event.type} is left for redelivery`, { ...fieldsOf(event), reason }),
      paused: (reason) => log.warn(`group paused: ${reason}`),
      resumed: () => log.info('group resumed'),
      dropped(error) {
        dropped.inc({ group })
        log.warn('subscription dropped, reconnecting', { error })
      },
      settingsCompared(differences) {
        differing.set(group, differences.length)
        // It is compared with every subscription, and logged when there is something new to say.
        const text = differencesText(differences)
        if (text !== '' && text !== differencesLogged)
          log.warn(`group is set otherwise than wanted: ${text}. To change it: npm run groups -- apply ${group}`)
        differencesLogged = text
      },
      settingsNotCompared: (error) => log.warn("the group's settings could not be compared", { error }),
    }
  }
}

/** Asked for when somebody scrapes. */
export const groupGauges = (
  registry: Registry,
  statuses: () => ReadonlyMap<string, ConsumerStatus>,
  now: () => Date,
): void => {
  const gauge = (name: string, help: string, valueOf: (status: ConsumerStatus) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['group'],
      registers: [registry],
      collect() {
        for (const [group, status] of statuses()) this.set({ group }, valueOf(status))
      },
    })
  gauge(
    'group_oldest_in_flight_seconds',
    'Age of the oldest event that was given to this process and is not handled',
    ({ oldestUnhandled }) =>
      oldestUnhandled === undefined ? 0 : Math.max(0, (now().getTime() - oldestUnhandled.getTime()) / 1_000),
  )
  gauge('group_in_flight', 'Events that this process has and has not handled', ({ inFlight }) => inFlight)
  gauge('group_paused', '1 while the group takes no events', ({ state }) => (state === 'running' ? 0 : 1))
}
