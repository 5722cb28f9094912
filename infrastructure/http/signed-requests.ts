import { createBodyBudget, type BodyAllowance } from './body-budget.ts'
import type { ReadBody } from './body.ts'
import type { FailedAttempts } from './failed-attempts.ts'
import { createRecentlyGood } from './recently-good.ts'
import { createSeats } from './seats.ts'
import { withBody } from './seated.ts'

/** Of those who have not shown yet that they can sign. What they send is read, and kept until it has been looked at. */
const unsure = {
  seats: { seats: 16, seatsOfOne: 8, waiting: 200, waitingOfOne: 100, waitMs: 2_000 },
  bodies: { bytes: 16 * 1_024 * 1_024, bytesOfOne: 4 * 1_024 * 1_024, withinMs: 2_000 },
} as const
/** Of the others. They may all have one address, that of a proxy which nobody has named; and so may those who cannot sign. */
const known = {
  seats: { seats: 64, seatsOfOne: 64, waiting: 2_000, waitingOfOne: 2_000, waitMs: 5_000 },
  bodies: { bytes: 64 * 1_024 * 1_024, bytesOfOne: 64 * 1_024 * 1_024, withinMs: 10_000 },
} as const
const mostSigners = 1_000

export type SignedRequest = { readonly body: ReadBody; readonly leave: (error?: unknown) => Promise<void> }

/**
 * Who signs what it sends is known by that alone, and only after it was read: so there are bounds by address, and wider ones for
 * addresses from which something has come that was signed.
 */
export type SignedRequests = {
  /** @throws HttpFault 429 after too many that did not hold, 408 when the body is slow, 503 when there are too many */
  enter(address: string, read: (allowance: BodyAllowance) => Promise<ReadBody>): Promise<SignedRequest>
}

export type SignedRequestsOptions = {
  readonly failed: FailedAttempts
  /** Whether a request that ended in this was not signed. */
  readonly hasFailed: (error: unknown) => boolean
}

export const createSignedRequests = ({ failed, hasFailed }: SignedRequestsOptions): SignedRequests => {
  const signers = createRecentlyGood(mostSigners)
  const detail = 'Too many send at the moment. Send it again.'
  const roomFor = ({ seats, bodies }: typeof unsure | typeof known) => ({
    seats: createSeats(seats),
    bodies: createBodyBudget(bodies),
    detail,
  })
  const [small, large] = [roomFor(unsure), roomFor(known)]

  const refuseAfterTooMany = async (address: string): Promise<void> => {
    if (!signers.has(address)) return failed.refuseAfterTooMany(address)
    try {
      await failed.refuseKnownAfterTooMany(address)
    } catch (error) {
      // From now on it is like any other, until something that is signed comes from there again.
      signers.remove(address)
      throw error
    }
  }

  return {
    async enter(address, read) {
      await refuseAfterTooMany(address)
      const { body, leave } = await withBody(signers.has(address) ? large : small, address, read)
      return {
        body,
        leave: async (error) => {
          leave()
          if (error === undefined) signers.add(address)
          else if (hasFailed(error)) await failed.count(address)
        },
      }
    },
  }
}
