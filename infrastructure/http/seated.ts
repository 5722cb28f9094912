import type { BodyAllowance, BodyBudget } from './body-budget.ts'
import type { ReadBody } from './body.ts'
import { unavailable } from './problem.ts'
import type { Seats } from './seats.ts'

export type Room = {
  readonly seats: Seats
  readonly bodies: BodyBudget
  /** What somebody is told for whom there is none. */
  readonly detail: string
}

export type Seated = {
  readonly body: ReadBody
  /** To be called once: gives back the seat, and what the body takes. */
  readonly leave: () => void
}

/**
 * First the body, then a seat: while a body comes in it costs its bytes and nothing else, so that whoever sends slowly keeps nobody
 * from a seat. @throws HttpFault 408, 503, and what reading throws
 */
export const withBody = async (
  { seats, bodies, detail }: Room,
  key: string,
  read: (allowance: BodyAllowance) => Promise<ReadBody>,
): Promise<Seated> => {
  const allowance = bodies.allow(key)
  try {
    const body = await read(allowance)
    const leave = await seats.take(key)
    if (leave === undefined) throw unavailable('overloaded', detail, 1)
    return {
      body,
      leave: () => {
        leave()
        allowance.giveBack()
      },
    }
  } catch (error) {
    allowance.giveBack()
    throw error
  }
}
