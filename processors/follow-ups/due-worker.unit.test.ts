import { expect } from 'chai'
import { completed, dueAmong, intentOf, now, passesWith, waiting } from '../../test/processors/due-passes.ts'
import { runDueWorker } from './due-worker.ts'

describe('what is due', () => {
  it('is taken up one beside the other: what fails is told, and keeps nobody else', async () => {
    const done: string[] = []
    const failed: unknown[] = []
    const work = async (orderId: string) => {
      if (orderId.endsWith('broken')) throw new Error(`${orderId} cannot be done`)
      done.push(orderId)
    }
    const passes = passesWith({
      due: {
        intents: async ({ kind }) => [intentOf(kind, 'intent broken'), intentOf(kind, 'intent')],
        orders: async () => [waiting('order broken'), waiting('order')],
      },
      perform: async ({ orderId }) => {
        await work(orderId)
        return completed
      },
      deadline: ({ orderId }) => work(orderId),
      failed: (message, { orderId }) => {
        failed.push([message, orderId])
      },
    })
    expect([await passes.payment(), await passes.deadline()]).to.deep.equal([2, 2])
    expect(done).to.deep.equal(['intent', 'order'])
    expect(failed).to.deep.equal([
      ['a payment that is due could not be performed', 'intent broken'],
      ['an order deadline could not be handled', 'order broken'],
    ])
  })

  it('waits for nothing of another kind: mails that hang hold up no refund, no payment and no deadline', async () => {
    const done: string[] = []
    const many = Array.from({ length: 500 }, (_, n) =>
      intentOf('notification', `mail ${n}`, new Date(now.getTime() - 1_000_000 + n)),
    )
    const passes = passesWith({
      due: {
        intents: dueAmong([...many, intentOf('refund', 'refund'), intentOf('payment', 'payment')]),
        orders: async () => [waiting('order')],
      },
      perform: async ({ kind, orderId }) => {
        if (kind === 'notification') await new Promise(() => undefined)
        done.push(orderId)
        return completed
      },
      deadline: async ({ orderId }) => {
        done.push(orderId)
      },
    })
    void passes.email()
    await Promise.all([passes.refund(), passes.payment(), passes.deadline()])
    expect(done.sort()).to.deep.equal(['order', 'payment', 'refund'])
  })

  it('is not taken up any more from the beginning of the drain on, also if it has been found before', async () => {
    const draining = new AbortController()
    const begun: string[] = []
    let looks = 0
    const passes = passesWith({
      due: {
        intents: async () => {
          looks += 1
          return []
        },
        orders: async () => {
          looks += 1
          draining.abort()
          return [waiting('order')]
        },
      },
      deadline: async ({ orderId }) => {
        begun.push(orderId)
      },
      draining: draining.signal,
    })
    for (const pass of [passes.deadline, passes.deadline, passes.payment]) await pass()
    expect({ looks, begun }).to.deep.equal({ looks: 1, begun: [] })
  })

  it('is looked for again and again, also after a look that failed, until it is told to stop', async () => {
    const stopping = new AbortController()
    const failed: unknown[] = []
    let passes = 0
    await runDueWorker(
      async () => {
        passes += 1
        if (passes === 2) throw new Error('the database is away')
        if (passes === 4) stopping.abort()
      },
      {
        signal: stopping.signal,
        everyMs: 1,
        sleep: async () => undefined,
        failed: (error) => {
          failed.push((error as Error).message)
        },
      },
    )
    expect({ passes, failed }).to.deep.equal({ passes: 4, failed: ['the database is away'] })
  })
})
