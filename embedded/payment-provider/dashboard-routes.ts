import { Router, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import type { Answered, Dashboard } from './dashboard.ts'

const text = z.string().min(1)
const asked = z.strictObject({ providerPaymentId: text, amount: z.int().positive().optional() })

const answer = (response: Response, answered: Answered<object>): void => {
  switch (answered.kind) {
    case 'done':
      response.json(answered.made)
      return
    case 'unknown':
      response.status(404).json({ error: 'unknown' })
      return
    case 'too_much':
      response.status(422).json({ error: 'exceeds_payment' })
      return
    case 'over':
      response.status(409).json({ error: 'over' })
      return
  }
}

/** For people, and for tests in their place. */
export const dashboardRoutes = (dashboard: Dashboard): Router => {
  const closing =
    (status: 'won' | 'lost'): RequestHandler =>
    (request, response) => {
      answer(response, dashboard.closeDispute(text.parse(request.params['id']), status))
    }
  return Router()
    .post('/refunds', (request, response) => {
      answer(response, dashboard.refund(asked.parse(request.body)))
    })
    .post('/refunds/:id/fail', (request, response) => {
      answer(response, dashboard.failRefund(text.parse(request.params.id)))
    })
    .post('/disputes', (request, response) => {
      answer(response, dashboard.dispute(asked.parse(request.body)))
    })
    .post('/disputes/:id/won', closing('won'))
    .post('/disputes/:id/lost', closing('lost'))
}
