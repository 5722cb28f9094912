import express from 'express'
import type { ErrorRequestHandler, Express, Request, RequestHandler } from 'express'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { idempotentAnswers } from './answers.ts'
import type { HttpAnswer } from './answers.ts'
import type { Bank } from './bank.ts'
import { confirmationPage } from './confirmation-page.ts'
import type { Dashboard } from './dashboard.ts'
import { dashboardRoutes } from './dashboard-routes.ts'
import { faultSchema } from './faults.ts'
import type { Fault, Faults, Operation } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { lists } from './lists.ts'
import { chargeRequestSchema, refundRequestSchema } from './records.ts'
import type { Charge, Refund } from './records.ts'

export type AppParts = {
  bank: Bank
  dashboard: Dashboard
  ledger: Ledger
  faults: Faults
  /** Stops listening for so long: connections are refused meanwhile. */
  refuseConnections: (ms: number) => void
}

const keySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/)
const text = z.string().min(1)
const chargeFilter = z.strictObject({ paymentId: text.optional(), orderId: text.optional(), status: text.optional() })
const refundFilter = z.strictObject({
  providerPaymentId: text,
  refundId: text,
  attempt: z.coerce.number().int().positive(),
})

/** What the caller is shown of a record: not when a mock will make up its mind. */
const shown = <Shown extends Charge | Refund>({ idempotencyKey: _key, settlesAt: _time, ...rest }: Shown) => rest

const invalid: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const isBodyBroken = error instanceof Error && 'type' in error && error.type === 'entity.parse.failed'
  if (error instanceof z.ZodError)
    response.status(400).json({ error: 'invalid_request', details: z.prettifyError(error) })
  else if (isBodyBroken) response.status(400).json({ error: 'invalid_request', details: error.message })
  else next(error)
}

/** The provider's HTTP interface. Mock providers fail on demand: `POST /test/faults`. */
export const buildApp = ({ bank, dashboard, ledger, faults, refuseConnections }: AppParts): Express => {
  const once = idempotentAnswers(ledger)

  const chargeBody = (charge: Charge) => {
    const [refunded, left] = [bank.refundedOf(charge), bank.leftOf(charge)]
    return { ...shown(charge), refunded, disputed: charge.amount - refunded - left }
  }

  const route =
    (operation: Operation, work: (request: Request, fault: Fault | undefined) => Promise<HttpAnswer>): RequestHandler =>
    async (request, response) => {
      const fault = faults.take(operation)
      const strike = async (): Promise<'struck' | 'went by'> => {
        switch (fault?.kind) {
          case 'hang':
            return 'struck'
          case 'drop':
            request.socket.destroy()
            return 'struck'
          case 'error':
            response.status(500).json({ error: 'internal' })
            return 'struck'
          case 'delay':
            await pause(fault.ms)
            return 'went by'
          default:
            return 'went by'
        }
      }
      if (fault?.when === 'before' && (await strike()) === 'struck') return
      const { status, body } = await work(request, fault)
      if (fault?.when === 'after' && (await strike()) === 'struck') return
      if (!response.destroyed) response.status(status).json(body)
    }

  const keyOf = (request: Request) => keySchema.parse(request.get('Idempotency-Key'))

  const charge = route('charge', async (request, fault) => {
    const asked = chargeRequestSchema.parse(request.body)
    const key = keyOf(request)
    const isFirst = ledger.answer(`charge:${key}`) === undefined
    const answer = await once('charge', key, asked, async () => {
      const made = await bank.charge(asked, key, fault?.kind === 'decline')
      return { status: made.status === 'failed' ? 402 : 200, body: chargeBody(made) }
    })
    // Charged, and the caller is left in the dark.
    if (asked.method === 'card-unknown' && isFirst && answer.status === 200) request.socket.destroy()
    return answer
  })

  const cancel = route('cancel', async (request) => {
    const paymentId = text.parse(request.params['paymentId'])
    return once('cancel', keyOf(request), { paymentId }, async () => {
      const result = await bank.cancel(paymentId)
      switch (result.kind) {
        case 'unknown':
          return { status: 404, body: { error: 'unknown_payment' } }
        case 'captured':
          return { status: 409, body: { error: 'already_captured', charge: chargeBody(result.charge) } }
        case 'too_late':
          return { status: 202, body: chargeBody(result.charge) }
        case 'cancelled':
        case 'failed':
          return { status: 200, body: chargeBody(result.charge) }
      }
    })
  })

  const lookUp = route('look_up', async (request) => {
    const found = bank.chargeOf(text.parse(request.params['paymentId']))
    return found === undefined
      ? { status: 404, body: { error: 'unknown_payment' } }
      : { status: 200, body: chargeBody(found) }
  })

  const refund = route('refund', async (request, fault) => {
    const asked = refundRequestSchema.parse(request.body)
    const key = keyOf(request)
    return once('refund', key, asked, async () => {
      const fate = { isDeclined: fault?.kind === 'decline', pendingMs: fault?.kind === 'pend' ? fault.ms : undefined }
      const result = await bank.refund(asked, key, fate)
      switch (result.kind) {
        case 'unknown':
          return { status: 404, body: { error: 'unknown_payment' } }
        case 'too_much':
          return { status: 422, body: { error: 'refund_exceeds_payment' } }
        case 'disputed':
          return { status: 422, body: { error: 'charge_disputed' } }
        case 'refund':
          return { status: 200, body: shown(result.refund) }
      }
    })
  })

  const lookUpRefund = route('look_up_refund', async (request) => {
    const { providerPaymentId, refundId, attempt } = refundFilter.parse(request.query)
    const found = bank.refundOf(providerPaymentId, refundId, attempt)
    return found === undefined
      ? { status: 404, body: { error: 'unknown_refund' } }
      : { status: 200, body: shown(found) }
  })

  const findCharge: RequestHandler = (request, response) => {
    const found = bank.charges().find(({ id }) => id === request.params['chargeId'])
    if (found === undefined) response.status(404).json({ error: 'unknown_payment' })
    else response.json(chargeBody(found))
  }

  const list: RequestHandler = (request, response) => {
    const { paymentId, orderId, status } = chargeFilter.parse(request.query)
    const charges = (paymentId === undefined ? bank.charges() : bank.chargesOf(paymentId)).filter(
      (candidate) =>
        (orderId ?? candidate.orderId) === candidate.orderId && (status ?? candidate.status) === candidate.status,
    )
    response.json({ items: charges.map((found) => chargeBody(found)) })
  }

  const confirm: RequestHandler = async (request, response) => {
    const confirmed = await bank.confirm(text.parse(request.params['chargeId']))
    const status = confirmed === undefined ? 404 : confirmed.status === 'succeeded' ? 200 : 409
    response.status(status).type('html').send(confirmationPage(confirmed))
  }

  return express()
    .disable('x-powered-by')
    .disable('etag') // a hash of each answer, for nobody
    .use(express.json({ limit: '64kb' }))
    .get('/health/live', (_request, response) => {
      response.json({ status: 'live' })
    })
    .post('/v1/charges', charge)
    .get('/v1/charges', list)
    .get('/v1/charges/:chargeId', findCharge)
    .get('/v1/payments/:paymentId', lookUp)
    .post('/v1/payments/:paymentId/cancel', cancel)
    .post('/v1/refunds', refund)
    .get('/v1/refunds', lookUpRefund)
    .use(lists(ledger))
    .get('/confirm/:chargeId', confirm)
    .post('/confirm/:chargeId', confirm)
    .use('/dashboard', dashboardRoutes(dashboard))
    .post('/test/faults', (request, response) => {
      faults.add(faultSchema.parse(request.body))
      response.status(204).end()
    })
    .delete('/test/faults', (_request, response) => {
      faults.clear()
      response.status(204).end()
    })
    .post('/test/refuse-connections', (request, response) => {
      const { ms } = z.strictObject({ ms: z.int().positive() }).parse(request.body)
      response.once('close', () => {
        refuseConnections(ms)
      })
      response.status(204).set('Connection', 'close').end()
    })
    .use(invalid)
}
