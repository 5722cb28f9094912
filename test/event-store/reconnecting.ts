import { expect } from 'chai'
import type { Holding } from './programs/reconnects.ts'
import { startProgram } from './programs/start.ts'

/** What the runtime's own caches may differ by, in bytes, however long it ran; what is left behind each time grows with the rounds. */
const unsteadyHeap = 3_000_000

/** Has a consumer and a catch-up reconnect `rounds` times each, and compares what is held at the end with what was held near the beginning. */
export const expectNothingLeftBehind = async (rounds: number): Promise<void> => {
  const { code, out, errors } = await startProgram('reconnects', [String(rounds)]).ended
  expect([code, errors]).to.deep.equal([0, ''])
  const { before, after } = JSON.parse(out) as { readonly before: Holding; readonly after: Holding }
  const { reconnects: earlier, heapBytes: heapBefore, ...heldBefore } = before
  const { reconnects, heapBytes, ...held } = after
  expect(reconnects).to.be.at.least(2 * rounds - 1)
  expect(reconnects - earlier).to.be.greaterThan(rounds)
  expect(held).to.deep.equal(heldBefore)
  expect(heapBytes - heapBefore, 'more on the heap').to.be.lessThan(unsteadyHeap)
}
