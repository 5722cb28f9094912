import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'undefined'

/** Waits until something holds; rejects after the limit with what was seen last. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  seen: () => unknown = () => '',
  limit = 15_000,
): Promise<void> => {
  const end = performance.now() + limit
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${limit} ms in vain for ${what}; seen: ${shown(seen())}`)
    await pause(10)
  }
}

/** The same, for something that is asked for again and again until it is as expected. */
export const becomes = async <Value>(
  look: () => Value | Promise<Value>,
  expected: Value,
  limit = 15_000,
): Promise<void> => {
  const end = performance.now() + limit
  for (;;) {
    const seen = await look()
    if (shown(seen) === shown(expected)) return
    if (performance.now() > end) expect(seen).to.deep.equal(expected)
    await pause(20)
  }
}

/** For what must not happen: gives it this many milliseconds to happen. */
export const stays = async <Value>(
  look: () => Value | Promise<Value>,
  expected: Value,
  milliseconds: number,
): Promise<void> => {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    expect(await look()).to.deep.equal(expected)
    await pause(20)
  }
}

/**
 * Between two answers to a group, where a checkpoint is expected of each: one that falls due while another is being written is lost on the
 * real server. Seen there within 5 ms often, and at 20 ms never.
 */
export const apart = (): Promise<void> => pause(40)

/** What the client says of an error: its type where it has one, and what its class adds. */
export const refusal = async (promise: Promise<unknown>): Promise<Record<string, unknown>> => {
  const error = await promise.then(
    (value) => {
      throw new Error(`an error was expected, not ${shown(value)}`)
    },
    (reason: unknown) => reason,
  )
  if (typeof error !== 'object' || error === null || !('type' in error)) throw error
  const {
    type,
    code,
    streamName,
    groupName,
    expectedVersion,
    actualVersion,
    maxAppendSize,
    requiredMetadataProperties,
    reason,
  } = error as Record<string, unknown>
  const parts = {
    type,
    code,
    streamName,
    groupName,
    expectedVersion,
    actualVersion,
    maxAppendSize,
    requiredMetadataProperties,
    reason,
  }
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))
}

export const refusalType = async (promise: Promise<unknown>): Promise<unknown> => (await refusal(promise))['type']

export const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}
