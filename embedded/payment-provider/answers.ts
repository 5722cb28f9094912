import { hash as digest } from 'node:crypto'
import type { Ledger } from './ledger.ts'

export type HttpAnswer = { status: number; body: unknown }

const hashOf = (request: unknown) => digest('sha256', JSON.stringify(request), 'hex')

/**
 * Does what is asked for once per idempotency key: a request that comes again gets the first answer, one that comes meanwhile waits for
 * it, and another request under the same key is refused. "Unknown" is no answer to keep: what was asked for may come to be known.
 */
export const idempotentAnswers = (ledger: Ledger) => {
  const underWay = new Map<string, { hash: string; answer: Promise<HttpAnswer> }>()

  const work = async (key: string, hash: string, make: () => Promise<HttpAnswer>) => {
    const { status, body } = await make()
    if (status !== 404) ledger.record({ answer: { key, hash, status, body } })
    return { status, body }
  }

  return async (
    scope: string,
    idempotencyKey: string,
    request: unknown,
    make: () => Promise<HttpAnswer>,
  ): Promise<HttpAnswer> => {
    const key = `${scope}:${idempotencyKey}`
    const hash = hashOf(request)
    const known = ledger.answer(key) ?? underWay.get(key)
    if (known !== undefined && known.hash !== hash) return { status: 409, body: { error: 'idempotency_key_reused' } }
    if (known !== undefined) return 'answer' in known ? known.answer : { status: known.status, body: known.body }
    const answer = work(key, hash, make)
    underWay.set(key, { hash, answer })
    try {
      return await answer
    } finally {
      underWay.delete(key)
    }
  }
}
