import { expect } from 'chai'
import { standingOf } from '../../domain/orders/at-rest.ts'
import type { Due, StandingOrder } from './due.ts'
import { createProgressPass, type ProgressPassDependencies } from './progress-pass.ts'

const start = Date.parse('2026-01-05T10:00:00.000Z')
const minute = 60_000
const standing = (orderId: string, age: number, order: 'placed' | 'confirmed' = 'placed'): StandingOrder => ({
  orderId,
  movedAt: new Date(start - age),
  eventId: orderId,
  progress: { order, reservation: 'none', linesHeld: 0, payment: standingOf({ status: 'none' }) },
})

/** As the database answers: the oldest first, behind a place. */
const among =
  (orders: readonly StandingOrder[]): Due['standing'] =>
  async ({ after, limit }) =>
    orders.filter(({ movedAt }) => after === undefined || movedAt > after.movedAt).slice(0, limit)

describe('orders that stand still', () => {
  const passOf = (orders: readonly StandingOrder[], more: Partial<ProgressPassDependencies> = {}) => {
    const driven: string[] = []
    let looks = 0
    let now = start
    const due = among(orders)
    const pass = createProgressPass({
      due: {
        standing: (options) => {
          looks += 1
          return due(options)
        },
      },
      progress: async ({ orderId }) => {
        driven.push(orderId)
      },
      handledUpTo: async () => undefined,
      firstDelayMs: minute,
      now: () => new Date(now),
      atOnce: 2,
      draining: new AbortController().signal,
      failed: (message, { error }) => {
        throw new Error(message, { cause: error })
      },
      ...more,
    })
    return {
      pass,
      driven,
      looks: () => looks,
      advance: (milliseconds: number) => {
        now += milliseconds
      },
    }
  }

  it('are driven on some at a time, the longest first, and each once before any a second time', async () => {
    const orders = ['a', 'b', 'c', 'd', 'e'].map((orderId, place) => standing(orderId, 1_000 - place))
    const { pass, driven, advance } = passOf(orders)
    expect([await pass(), await pass(), await pass()]).to.deep.equal([2, 2, 1])
    expect(driven).to.deep.equal(['a', 'b', 'c', 'd', 'e'])
    advance(minute / 4)
    await pass()
    expect(driven.slice(5)).to.deep.equal(['a', 'b'])
  })

  it('are passed over where they do not wait for us, however many these are', async () => {
    const others = Array.from({ length: 50 }, (_, place) => standing(`other ${place}`, 1_000 - place, 'confirmed'))
    const { pass, driven } = passOf([...others, standing('ours', 1)])
    for (let passes = 0; passes < 3; passes += 1) await pass()
    expect(driven).to.deep.equal(['ours'])
  })

  it('are not looked for more often than four times within the delay', async () => {
    const { pass, looks, advance } = passOf([])
    for (let second = 0; second < 60; second += 1) {
      await pass()
      advance(1_000)
    }
    expect(looks()).to.equal(4)
  })

  it('keep nobody else when they fail, and each group is asked once in a pass how far it is', async () => {
    const failed: unknown[] = []
    const asked: string[] = []
    const done: string[] = []
    const { pass } = passOf([standing('broken', 2), standing('whole', 1)], {
      progress: async ({ orderId }, handledUpTo) => {
        await handledUpTo('order')
        if (orderId === 'broken') throw new Error('cannot be done')
        done.push(orderId)
      },
      handledUpTo: async (group) => {
        asked.push(group)
        return undefined
      },
      failed: (_message, { orderId }) => {
        failed.push(orderId)
      },
    })
    await pass()
    expect({ failed, done, asked }).to.deep.equal({ failed: ['broken'], done: ['whole'], asked: ['order'] })
  })

  it('are not looked for by a process that drains', async () => {
    const { pass, looks } = passOf([standing('a', 1)], { draining: AbortSignal.abort() })
    expect([await pass(), looks()]).to.deep.equal([0, 0])
  })
})
