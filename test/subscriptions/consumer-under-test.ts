import { expect } from 'chai'
import type sinon from 'sinon'
import type { ConsumerOptions } from '../../infrastructure/subscriptions/consumer-options.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { consumeGroup } from '../../infrastructure/subscriptions/persistent.ts'
import { createFakeGroups, type FakeConnection } from './fake-groups.ts'

export class Away extends Error {}
export class Conflict extends Error {}

export const settings = {
  messageTimeoutMs: 300_000,
  maxRetryCount: 10,
  checkPointLowerBound: 1,
  checkPointUpperBound: 100,
  checkPointAfterMs: 1_000,
  readBatchSize: 100,
  historyBufferSize: 500,
  liveBufferSize: 500,
}

type SetUp = Partial<ConsumerOptions> & { readonly script?: Record<string, (() => Promise<Outcome>)[]> }

/** A consumer whose handler does what `script` has for the event's id, one entry an attempt; then 'done'. */
export const consumerUnderTest = async (clock: sinon.SinonFakeTimers, options: SetUp = {}) => {
  const groups = createFakeGroups()
  const starts: string[] = []
  const told: string[] = []
  const { script = {}, ...more } = options
  const consumer = consumeGroup({
    store: groups.store,
    group: 'order',
    settings,
    bufferSize: 100,
    maxRunning: 10,
    keyOf: ({ stream }) => stream,
    isOurs: ({ stream }) => stream.startsWith('order-'),
    handle: async ({ id }, { attempt, retryCount }) => {
      starts.push(`${id} ${attempt}/${retryCount}`)
      return (await script[id]?.shift()?.()) ?? 'done'
    },
    isStoreAway: (error) => error instanceof Away,
    isPassing: (error) => error instanceof Conflict,
    probe: async () => {
      groups.journal.push('probe')
    },
    handlerVersion: '7',
    random: () => 1,
    observe: {
      handled: ({ id }, outcome, ms) =>
        told.push(`${id} ${typeof outcome === 'string' ? outcome : Object.keys(outcome)[0]} ${ms}`),
      paused: (reason) => told.push(`paused: ${reason}`),
      resumed: () => told.push('resumed'),
      dropped: (error) => told.push(`dropped: ${error instanceof Error ? error.message : 'in good order'}`),
      leftUnacknowledged: ({ id }, reason) => told.push(`left unacknowledged ${id}: ${reason}`),
    },
    ...more,
  })
  await clock.tickAsync(1)
  const connection = (index = 0): FakeConnection => groups.connections[index] ?? expect.fail(`no connection ${index}`)
  const drained = async () => {
    const end = consumer.drain()
    await clock.tickAsync(30_000)
    await end
  }
  return { ...groups, consumer, starts, told, connection, drained }
}

/** A handler's step that ends when it is told to. */
export const gate = () => {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  return {
    step: () => promise,
    open: () => {
      resolve('done')
    },
    fail: (error: Error) => {
      reject(error)
    },
  }
}
