import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { StripeEvent } from './objects.ts'

export type EventsOptions = {
  readonly now: () => Date
  readonly nextId: (prefix: string) => string
  readonly apiVersion: string
  readonly webhook: { readonly url: string; readonly secret: string } | undefined
  /** After how many milliseconds each copy of an event is sent, for an event; of one without any, nobody is told. */
  readonly deliveries?: (() => readonly number[]) | undefined
}

/** docs.stripe.com/webhooks/signature, "Verify manually": `t=…,v1=…` over the time, a dot and the body; a `v1` for each secret. */
export const signed = (body: string, secrets: readonly string[], at: Date): string => {
  const seconds = Math.floor(at.getTime() / 1_000)
  const macs = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'))
  return [`t=${seconds}`, ...macs.map((mac) => `v1=${mac}`), 'v0=of-another-scheme'].join(',')
}

/** The second time later than what follows a payment in a test: its cancelling, its refund. */
const twice = [0, 1_500] as const
const answerLimitMs = 5_000

/**
 * docs.stripe.com/webhooks, "Event delivery behaviors": at least once, again until it is answered 2xx, in no order. Here, where
 * nobody asks for anything else: each twice, the second time late, behind what happened after it.
 */
export const createEvents = ({ now, nextId, apiVersion, webhook, deliveries = () => twice }: EventsOptions) => {
  const all: StripeEvent[] = []
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()
  const heldBack = new Set<(event: StripeEvent) => boolean>()
  const isHeldBack = (event: StripeEvent) => [...heldBack].some((holds) => holds(event))

  const deliver = async (
    event: StripeEvent,
    { url, secret }: NonNullable<typeof webhook>,
    afterMs: number,
  ): Promise<void> => {
    await pause(afterMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    while (isHeldBack(event) && !stopping.signal.aborted)
      await pause(20, undefined, { signal: stopping.signal }).catch(() => undefined)
    const body = JSON.stringify(event)
    while (!stopping.signal.aborted) {
      try {
        const headers = { 'content-type': 'application/json', 'stripe-signature': signed(body, [secret], now()) }
        const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(answerLimitMs)])
        const { ok } = await fetch(url, { method: 'POST', body, headers, signal })
        if (ok) return
      } catch {
        // Nobody there: told again, as after an answer that is no 2xx.
      }
      await pause(200, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    all: (): readonly StripeEvent[] => all,
    /** Copies that were not taken in yet. */
    undelivered: (): number => underWay.size,
    /** As the object is now: later changes do not reach an event. */
    announce: (type: string, object: object): void => {
      const event: StripeEvent = {
        id: nextId('evt'),
        object: 'event',
        api_version: apiVersion,
        created: Math.floor(now().getTime() / 1_000),
        type,
        livemode: false,
        data: { object: structuredClone(object) },
      }
      all.push(event)
      if (webhook === undefined) return
      for (const afterMs of deliveries()) {
        const delivery = deliver(event, webhook, afterMs).finally(() => underWay.delete(delivery))
        underWay.add(delivery)
      }
    },
    /** Of these events nobody is told, until what this answers is called. */
    holdBack: (holds: (event: StripeEvent) => boolean): (() => void) => {
      heldBack.add(holds)
      return () => heldBack.delete(holds)
    },
    /** Resolves when everybody has been told of everything that has happened, each time. */
    delivered: async (): Promise<void> => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    close: async () => {
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}

export type Events = ReturnType<typeof createEvents>
