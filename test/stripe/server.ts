import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { finished } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import { callOf, orderOfCall, type Call } from './calls.ts'
import { createDisputes } from './disputes.ts'
import { createEvents } from './events.ts'
import { faultBefore, faultOfAnswer, faultWithin, type FaultKind } from './faults.ts'
import { readForm, textOf, textsOf, type Parameters } from './form.ts'
import { createGates, type GatePlace } from './gates.ts'
import { createKeys, type Answer } from './keys.ts'
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
}

export const standInKey = 'sk_test_of_the_stand_in'

type Planned = { readonly kind: FaultKind; readonly on: RegExp; times: number }
type Seen = { readonly method: string; readonly path: string; readonly key: string | undefined }

const pageOf = <Item extends { readonly id: string }>(items: readonly Item[], parameters: Parameters) => {
  // docs.stripe.com/api/pagination: newest first, 1 to 100 at once, the next page after the last id.
  const newestFirst = items.toReversed()
  const after = textOf(parameters, 'starting_after')
  const from = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1
  const limit = Number(textOf(parameters, 'limit') ?? 10)
  if (!(limit >= 1 && limit <= 100)) throw invalidRequest('limit', { param: 'limit' })
  return { object: 'list', data: newestFirst.slice(from, from + limit), has_more: from + limit < newestFirst.length }
}

/**
 * Stripe at the wire, as far as the shop uses it: what its public documentation says of payments by card, refunds, idempotency keys,
 * errors, lists, the search and webhooks. The pages are named where each is done. Nobody has compared it with the real one.
 */
export const startStripe = async (options: StripeStandInOptions = {}) => {
  const { apiVersion = '2026-10-28.endive', webhook, now = () => new Date(), indexedAfterMs = 60_000 } = options
  let last = 0
  const nextId = (prefix: string) => `${prefix}_${String((last += 1)).padStart(14, '0')}`
  const events = createEvents({ now, nextId, apiVersion, webhook })
  const { announce } = events
  let url = ''
  const intents = createPaymentIntents({
    now,
    nextId,
    announce,
    authenticationUrl: (id) => `${url}/authenticate/${id}`,
  })
  const refunds = createRefunds({ now, nextId, announce, intents })
  const disputes = createDisputes({ announce, intents, refunds })
  const keys = createKeys()
  const gates = createGates()
  const planned: Planned[] = []
  const seen: Seen[] = []

  const listIntents = (parameters: Parameters) => {
    const { gte = '0', lte = '1e15' } = textsOf(parameters, 'created')
    return pageOf(
      intents.all().filter(({ created }) => created >= Number(gte) && created <= Number(lte)),
      parameters,
    )
  }
  const listRefunds = (parameters: Parameters) => {
    const { gte = '0' } = textsOf(parameters, 'created')
    const intentId = textOf(parameters, 'payment_intent')
    const listed = intentId === undefined ? refunds.all() : refunds.of(intentId)
    return pageOf(
      listed.filter(({ created }) => created >= Number(gte)),
      parameters,
    )
  }
  const search = (parameters: Parameters) => {
    const wanted = /^metadata\['(\w+)'\]:'([^']*)'$/.exec(textOf(parameters, 'query') ?? '')
    if (wanted === null) throw invalidRequest('query', { param: 'query' })
    const [, name = '', value] = wanted
    const isIndexed = (created: number) => created * 1_000 <= now().getTime() - indexedAfterMs
    const data = intents.all().filter(({ created, metadata }) => isIndexed(created) && metadata[name] === value)
    return { object: 'search_result', data, has_more: false, next_page: null }
  }

  const endpoint = ({ name, id, parameters }: Call): (() => unknown) => {
    switch (name) {
      case 'create payment':
        return () => intents.create(parameters)
      case 'list payments':
        return () => listIntents(parameters)
      case 'search payments':
        return () => search(parameters)
      case 'retrieve payment':
        return () => intents.retrieve(id)
      case 'cancel payment':
        return () => intents.cancel(id, parameters)
      case 'create refund':
        return () => refunds.create(parameters)
      case 'list refunds':
        return () => listRefunds(parameters)
      case 'retrieve refund':
        return () => refunds.retrieve(id)
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
    return next?.kind
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
      if (await gates.pass(place, { call: call.name, orderId, over })) return true
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
    if (faultOfAnswer(fault, response)) return
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
    events,
    /** Each of these keys is a new one from here on, as after 24 hours; without a word, every one. */
    forgetKeys: keys.forget,
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
    disputes: disputes.all,
    dispute: disputes.tell,
    hold: gates.hold,
    close: async (): Promise<void> => {
      await events.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type StripeStandIn = Awaited<ReturnType<typeof startStripe>>
