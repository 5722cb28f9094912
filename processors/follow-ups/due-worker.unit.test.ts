import { expect } from 'chai'
import { usualDeadlines as settings } from '../../domain/orders/deadline.ts'
import type { Intent } from '../perform/intent.ts'
import type { WaitingOrder } from './deadline.ts'
import { createDuePass, runDueWorker } from './due-worker.ts'

const now = new Date('2026-01-05T10:00:00.000Z')
const intent = (orderId: string): Intent => ({ kind: 'payment', key: orderId, orderId, since: now, eventId: orderId })
const waiting = (orderId: string): WaitingOrder => ({ orderId, placedAt: now, actionRequired: false, eventId: orderId })

describe('what is due', () => {
  it('is taken up one beside the other: what fails is told, and keeps nobody else', async () => {
    const done: string[] = []
    const failed: unknown[] = []
    const work = async (orderId: string) => {
      if (orderId.endsWith('broken')) throw new Error(`${orderId} cannot be done`)
      done.push(orderId)
    }
    const pass = createDuePass({
      due: {
        intents: async () => [intent('intent broken'), intent('intent')],
        orders: async () => [waiting('order broken'), waiting('order')],
      },
      perform: async ({ orderId }) => {
        await work(orderId)
        return { kind: 'completed' }
      },
      deadline: ({ orderId }) => work(orderId),
      settings,
      firstDelayMs: 30_000,
      now: () => now,
      worthTrying: () => ['payment'],
      atOnce: 10,
      failed: (message, { orderId }) => {
        failed.push([message, orderId])
      },
    })
    expect(await pass()).to.equal(4)
    expect(done).to.deep.equal(['intent', 'order'])
    expect(failed).to.deep.equal([
      ['a payment that is due could not be performed', 'intent broken'],
      ['an order deadline could not be handled', 'order broken'],
    ])
  })

  it('is looked for again and again, also after a look that failed, until it is told to stop', async () => {
    const stopping = new AbortController()
    const failed: string[] = []
    let passes = 0
    await runDueWorker(
      async () => {
        passes += 1
        if (passes === 2) throw new Error('the database is away')
        if (passes === 4) stopping.abort()
        return 0
      },
      {
        signal: stopping.signal,
        everyMs: 1,
        sleep: async () => undefined,
        failed: (message) => {
          failed.push(message)
        },
      },
    )
    expect({ passes, failed }).to.deep.equal({ passes: 4, failed: ['due intents and deadlines could not be read'] })
  })
})
