import { StripeFailure } from './objects.ts'

export type Answer = {
  readonly status: number
  readonly body: unknown
  readonly isReplayed: boolean
  readonly headers?: Readonly<Record<string, string>>
}

type Known = {
  readonly request: string
  answer?: { readonly status: number; readonly body: unknown }
  isUndone?: boolean
}

const failed = (status: number, type: 'idempotency_error' | 'invalid_request_error', code?: string) =>
  new StripeFailure(
    status,
    { type, ...(code === undefined ? {} : { code }), message: 'about the idempotency key' },
    { stored: false },
  )

/**
 * docs.stripe.com/api/idempotent_requests: the first answer is kept under its key, be it a success, a decline or a 500, and given again
 * with `Idempotent-Replayed: true`; other parameters under the key are an error; a key has 255 characters at most; nothing is kept when the parameters do not hold up or
 * another request of the key is running. After 24 hours a key may be forgotten, and then runs anew
 * (`forget`).
 */
export const createKeys = () => {
  const keys = new Map<string, Known>()

  return {
    /** Of those under which nothing was done: a day is over for each of them. */
    forgetUndone: () => {
      for (const [key, { isUndone }] of keys) if (isUndone === true) keys.delete(key)
    },
    forget: (which: (key: string) => boolean = () => true) => {
      for (const key of [...keys.keys()]) if (which(key)) keys.delete(key)
    },
    answer: async (key: string | undefined, request: string, work: () => Promise<unknown>): Promise<Answer> => {
      if ((key ?? '').length > 255) throw failed(400, 'invalid_request_error', 'idempotency_key_too_long')
      const known = key === undefined ? undefined : keys.get(key)
      if (known !== undefined) {
        if (known.request !== request) throw failed(400, 'idempotency_error')
        if (known.answer === undefined) throw failed(409, 'invalid_request_error', 'idempotency_key_in_use')
        return { ...known.answer, isReplayed: true }
      }
      const entry: Known = { request }
      if (key !== undefined) keys.set(key, entry)
      try {
        const body = structuredClone(await work())
        entry.answer = { status: 200, body }
        return { status: 200, body, isReplayed: false }
      } catch (error) {
        if (!(error instanceof StripeFailure)) throw error
        const { status, stored, undone } = error
        const body = structuredClone({ error: error.body })
        if (stored) Object.assign(entry, { answer: { status, body }, isUndone: undone })
        else if (key !== undefined) keys.delete(key)
        return { status, body, isReplayed: false }
      }
    },
  }
}
