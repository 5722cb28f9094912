import { expect } from 'chai'
import { usualDeadlines as settings } from '../../domain/orders/deadline.ts'
import type { Channel } from '../../domain/shared/channel.ts'
import { channelOfKey } from '../../domain/shared/ids.ts'
import type { Intent, IntentKind } from '../perform/intent.ts'
import type { Performed } from '../perform/perform.ts'
import type { WaitingOrder } from './deadline.ts'
import { createDuePasses, runDueWorker, type DueWorkerDependencies } from './due-worker.ts'
import type { DuePlace } from './due.ts'

const now = new Date('2026-01-05T10:00:00.000Z')
const intentOf = (kind: IntentKind, orderId: string, since = now, channel: Channel = 'email'): Intent => ({
  kind,
  key: kind === 'notification' ? `received:${orderId}:${channel}` : orderId,
  orderId,
  since,
  eventId: orderId,
})
const waiting = (orderId: string): WaitingOrder => ({ orderId, placedAt: now, actionRequired: false, eventId: orderId })
const noIntents = async (): Promise<readonly Intent[]> => []
const completed: Performed = { kind: 'completed' }
const noRoom: Performed = { kind: 'open', why: 'queue is full' }

const passesWith = (more: Partial<DueWorkerDependencies>) =>
  createDuePasses({
    due: { intents: noIntents, orders: async () => [] },
    perform: async () => completed,
    deadline: async () => undefined,
    settings,
    firstDelayMs: 30_000,
    now: () => now,
    worthTrying: () => 10,
    turn: async (isWanted = () => true) => isWanted(),
    deadlinesAtOnce: 10,
    draining: new AbortController().signal,
    failed: (message, { error }) => {
      throw new Error(message, { cause: error })
    },
    ...more,
  })

/** As the database answers: the due ones of a kind, oldest first, behind a place. */
const dueAmong =
  (intents: readonly Intent[]) =>
  async ({
    now: at,
    kind,
    channel,
    after,
    limit,
  }: {
    readonly now: Date
    readonly kind: IntentKind
    readonly channel?: Channel | undefined
    readonly after?: DuePlace | undefined
    readonly limit: number
  }) =>
    intents
      .filter(
        (intent) =>
          intent.kind === kind &&
          (channel === undefined || channelOfKey(intent.key) === channel) &&
          intent.since <= at &&
          (after === undefined || intent.since > after.since),
      )
      .slice(0, limit)

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

  it('is taken up once by all before it is a second time by any, where it finds no room', async () => {
    const tried: string[] = []
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
    const all = ['a', 'b', 'c', 'd', 'e'].map((key, place) => intentOf('refund', key, at(place)))
    let time = at(10)
    const passes = passesWith({
      due: { intents: dueAmong([...all, intentOf('refund', 'younger', at(20))]), orders: async () => [] },
      perform: async ({ key }) => {
        tried.push(key)
        return noRoom
      },
      now: () => time,
      worthTrying: () => 2,
    })
    for (let pass = 0; pass < 4; pass += 1) {
      await passes.refund()
      // What comes due during a round keeps nobody from a second try.
      time = at(30)
    }
    expect(tried).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'a', 'b'])
  })

  it('has deadlines in rounds as well: what stays due keeps no younger order from its look; and the latest by themselves', async () => {
    const looked: string[] = []
    const all = Array.from({ length: 5 }, (_, place) => ({
      ...waiting(`order ${place}`),
      placedAt: new Date(now.getTime() + place),
    }))
    const passes = passesWith({
      due: {
        intents: noIntents,
        orders: async ({ past, after, limit }) =>
          past === 'latest'
            ? [waiting('the latest')]
            : all.filter(({ placedAt }) => after === undefined || placedAt > after.placedAt).slice(0, limit),
      },
      deadline: async ({ orderId }) => {
        looked.push(orderId)
      },
      deadlinesAtOnce: 2,
    })
    for (let pass = 0; pass < 4; pass += 1) await passes.deadline()
    expect(looked.map((orderId) => orderId.slice(-1)).join('')).to.equal('0123401')
    await passes.latest()
    expect(looked.at(-1)).to.equal('the latest')
  })

  it('begins a new round at once when the last one ends with a full pass', async () => {
    const tried: string[] = []
    const at = (seconds: number) => new Date(now.getTime() - seconds * 1_000)
    const passes = passesWith({
      due: {
        intents: dueAmong([intentOf('refund', 'a', at(2)), intentOf('refund', 'b', at(1))]),
        orders: async () => [],
      },
      perform: async ({ key }) => {
        tried.push(key)
        return noRoom
      },
      worthTrying: () => 1,
    })
    for (let pass = 0; pass < 3; pass += 1) await passes.refund()
    expect(tried).to.deep.equal(['a', 'b', 'a'])
  })

  it('is left alone behind an open circuit breaker, and tried singly behind one that is half open', async () => {
    const tried: string[] = []
    let worth = 0
    const due = dueAmong([intentOf('payment', 'a'), intentOf('payment', 'b')])
    let looks = 0
    const passes = passesWith({
      due: {
        intents: (options) => {
          looks += 1
          return due(options)
        },
        orders: async () => [],
      },
      perform: async ({ key }) => {
        tried.push(key)
        return completed
      },
      worthTrying: () => worth,
    })
    await passes.payment()
    expect({ tried, looks }).to.deep.equal({ tried: [], looks: 0 })
    worth = 1
    await passes.payment()
    expect(tried).to.deep.equal(['a'])
  })

  it('waits for its turn at the provider, and is left when the breaker has opened by then; mails wait for nobody', async () => {
    const tried: string[] = []
    let worth = 10
    const passes = passesWith({
      due: {
        intents: dueAmong([
          intentOf('payment', 'a'),
          intentOf('payment', 'b'),
          intentOf('payment', 'c'),
          intentOf('notification', 'mail'),
        ]),
        orders: async () => [],
      },
      turn: async (isWanted = () => true) => {
        tried.push('turn')
        await Promise.resolve()
        return isWanted()
      },
      perform: async ({ orderId }) => {
        tried.push(orderId)
        if (orderId === 'b') worth = 0
        return completed
      },
      worthTrying: () => worth,
    })
    await passes.email()
    await passes.payment()
    expect(tried).to.deep.equal(['mail', 'turn', 'turn', 'turn', 'a', 'b'])
  })

  it('is looked at by the breaker of its own channel alone: SMS go on while the mail server is away, and the other way round', async () => {
    const tried: string[] = []
    let away = 'email'
    const passes = passesWith({
      due: {
        intents: dueAmong([
          intentOf('notification', 'by mail', now, 'email'),
          intentOf('notification', 'by SMS', now, 'sms'),
        ]),
        orders: async () => [],
      },
      perform: async ({ orderId }) => {
        tried.push(orderId)
        return completed
      },
      worthTrying: (effect) => (effect === away ? 0 : 10),
    })
    for (away of ['email', 'sms']) {
      await passes.email()
      await passes.sms()
    }
    expect(tried).to.deep.equal(['by SMS', 'by mail'])
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
