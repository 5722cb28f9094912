import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { finished } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import { createDisputes } from './disputes.ts'
import { createEvents, type EventsOptions } from './events.ts'
import { faultBefore, faultOfAnswer, faultWithin, type FaultKind } from './faults.ts'
import { callOf, orderOfCall, type Call } from './calls.ts'
import { readForm } from './form.ts'
import { createGates, type GatePlace } from './gates.ts'
import { createKeys, type Answer } from './keys.ts'
import { createLists } from './lists.ts'
import { invalidRequest, StripeFailure } from './objects.ts'
import { createPaymentIntents } from './payment-intents.ts'
import { createRefunds } from './refunds.ts'

export type StripeStandInOptions = {
  /** Requests of any other version are refused. */
  readonly apiVersion?: string
  readonly webhook?: { readonly url: string; readonly secret: string }
  readonly now?: () => Date
  /** After how long the search finds something: docs.stripe.com/search, "Data freshness". Default a minute. */
  readonly indexedAfterMs?: number
  /** What goes wrong with a request, by `METHOD path`, where nothing is planned for it. */
  readonly trouble?: (what: string) => FaultKind | undefined
  readonly deliveries?: EventsOptions['deliveries']
}

export const standInKey = 'sk_test_of_the_stand_in'

type Planned = { readonly kind: FaultKind; readonly on: RegExp; times: number }
type Seen = { readonly method: string; readonly path: string; readonly key: string | undefined }

/**
 * Stripe at the wire, as far as the shop uses it: what its public documentation says of payments by card, refunds, disputes, idempotency
 * keys, errors, lists, the search and webhooks. The pages are named where each is done. Nobody has compared it with the real one.
 */
export const startStripe = async (options: StripeStandInOptions = {}) => {
  const { apiVersion = '2026-10-28.endive', webhook, now = () => new Date(), indexedAfterMs = 60_000 } = options
  const { trouble = () => undefined, deliveries } = options
  let last = 0
  // As Stripe's are, no other's: an event store may have been told by an earlier one.
  const own = randomBytes(5).toString('hex')
  const nextId = (prefix: string) => `${prefix}_${own}${String((last += 1)).padStart(8, '0')}`
  const events = createEvents({ now, nextId, apiVersion, webhook, deliveries })
  const { announce } = events
  let url = ''
  const intents = createPaymentIntents({
    now,
    nextId,
    announce,
    authenticationUrl: (id) => `${url}/authenticate/${id}`,
  })
  const disputes = createDisputes({ now, nextId, announce, intents })
  const refunds = createRefunds({ now, nextId, announce, intents, disputes })
  const lists = createLists({ now, indexedAfterMs, intents, refunds, disputes })
  const keys = createKeys()
  const gates = createGates()
  const planned: Planned[] = []
  const seen: Seen[] = []

  const endpoint = ({ name, id, parameters }: Call): (() => unknown) => {
    switch (name) {
      case 'create payment':
        return () => intents.create(parameters)
      case 'list payments':
        return () => lists.intents(parameters)
      case 'search payments':
        return () => lists.search(parameters)
      case 'retrieve payment':
        return () => intents.retrieve(id)
      case 'cancel payment':
        return () => intents.cancel(id, parameters)
      case 'create refund':
        return () => refunds.create(parameters)
      case 'list refunds':
        return () => lists.refunds(parameters)
      case 'retrieve refund':
        return () => refunds.retrieve(id)
      case 'list disputes':
        return () => lists.disputes(parameters)
      case 'retrieve dispute':
        return () => lists.dispute(disputes.retrieve(id), parameters)
    }
  }

  const answered = async (
    { method = '', headers, url: path = '' }: IncomingMessage,
    {
      body,
      call,
      fault,
    }: { readonly body: string; readonly call: Call | undefined; readonly fault: FaultKind | undefined },
  ): Promise<Answer> => {
    faultBefore(fault)
    if (headers.authorization !== `Bearer ${standInKey}`)
      throw new StripeFailure(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' })
    if (headers['stripe-version'] !== apiVersion) throw invalidRequest('another version of the API')
    if (call === undefined)
      throw new StripeFailure(404, { type: 'invalid_request_error', message: 'Unrecognized request URL' })
    const work = endpoint(call)
    const key = method === 'POST' ? headers['idempotency-key']?.toString() : undefined
    return keys.answer(key, `${path} ${body}`, () => faultWithin(fault, work))
  }

  const take = (what: string): FaultKind | undefined => {
    const next = planned.find(({ on, times }) => times > 0 && on.test(what))
    if (next !== undefined) next.times -= 1
    return next?.kind ?? trouble(what)
  }

  /** `over`: resolves when there is nothing more to do for it. */
  const handle = async (request: IncomingMessage, response: ServerResponse, over: Promise<void>): Promise<void> => {
    const { method = '', url: path = '', headers } = request
    const authenticated = /^\/authenticate\/(\w+)$/.exec(path)?.[1]
    if (authenticated !== undefined) {
      intents.authenticate(authenticated)
      response.end('thank you')
      return
    }
    seen.push({ method, path, key: headers['idempotency-key']?.toString() })
    const fault = take(`${method} ${path}`)
    if (fault === 'hang') return
    if (fault === 'drop') {
      request.socket.destroy()
      return
    }
    // Who asks may be gone in the middle of it.
    const given = await text(request).catch(() => undefined)
    if (given === undefined) return
    const { pathname, search: query } = new URL(path, url)
    const call = callOf(method, pathname, readForm(method === 'POST' ? given : query.slice(1)))
    const passes = async (place: GatePlace): Promise<boolean> => {
      if (call === undefined) return true
      const orderId = orderOfCall(call, (id) => intents.all().find((intent) => intent.id === id))
      const isAbandoned = () => request.socket.destroyed
      if (await gates.pass(place, { call: call.name, orderId, isAbandoned, over })) return true
      request.socket.destroy()
      return false
    }
    if (!(await passes('arrived'))) return
    const {
      status,
      body,
      isReplayed,
      headers: more = {},
    } = await answered(request, { body: given, call, fault }).catch((error: unknown): Answer => {
      if (error instanceof StripeFailure)
        return { status: error.status, body: { error: error.body }, isReplayed: false, headers: error.headers }
      throw error
    })
    if (!(await passes('performed'))) return
    if (await faultOfAnswer(fault, response)) return
    const replayed = isReplayed ? { 'idempotent-replayed': 'true' } : {}
    response.writeHead(status, {
      'content-type': 'application/json',
      'request-id': nextId('req'),
      ...replayed,
      ...more,
    })
    response.end(JSON.stringify(body))
  }

  const server = createServer((request, response) => {
    const { promise: over, resolve } = Promise.withResolvers<void>()
    // Whoever asked may be gone by then.
    const isSent = () => finished(response).catch(() => undefined)
    void handle(request, response, over).then(isSent).then(resolve)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    intents,
    refunds,
    disputes,
    events,
    /** Each of these keys is a new one from here on, as after 24 hours; without a word, every one. */
    forgetKeys: keys.forget,
    forgetUndoneKeys: keys.forgetUndone,
    /** Requests of the API, oldest first. */
    seen: (): readonly Seen[] => seen,
    /** The next requests of `METHOD path` go wrong. */
    fail: (kind: FaultKind, { times = 1, on = /./ }: { times?: number; on?: RegExp } = {}): void => {
      planned.push({ kind, on, times })
    },
    /** Nothing goes wrong any more. */
    mend: (): void => {
      planned.length = 0
    },
    hold: gates.hold,
    close: async (): Promise<void> => {
      await events.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type StripeStandIn = Awaited<ReturnType<typeof startStripe>>
