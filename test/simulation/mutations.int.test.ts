import { expect } from 'chai'
import type { Mutation } from './mutants/mutation.ts'
import { alreadySoWithoutALook } from './mutants/already-so-without-a-look.ts'
import { chargeDrivenByDecide } from './mutants/charge-driven-by-decide.ts'
import { commitLinesFromMemory } from './mutants/commit-lines-from-memory.ts'
import { doneBeforeTheAppend } from './mutants/done-before-the-append.ts'
import { everyLeaseIsTheFirst } from './mutants/every-lease-is-the-first.ts'
import { externalRefundIgnored } from './mutants/external-refund-ignored.ts'
import { idsWithoutGroup } from './mutants/ids-without-group.ts'
import { latePaymentIgnored } from './mutants/late-payment-ignored.ts'
import { leasesAfterFailover } from './mutants/leases-after-failover.ts'
import { noStockReleasedAhead } from './mutants/no-stock-released-ahead.ts'
import { noReservationReleasedAhead } from './mutants/no-reservation-released-ahead.ts'
import { paymentAfterVoidIgnored } from './mutants/payment-after-void-ignored.ts'
import { refusalForTheWholeBatch } from './mutants/refusal-for-the-whole-batch.ts'
import { refusedBeforeTheAppend } from './mutants/refused-before-the-append.ts'
import { repeatedAppendEntitles } from './mutants/repeated-append-entitles.ts'
import { rowsKeptOverARound } from './mutants/rows-kept-over-a-round.ts'
import { sentTakenForNeverSent } from './mutants/sent-taken-for-never-sent.ts'
import { snapshotsOfAnyVersion } from './mutants/snapshots-of-any-version.ts'
import { standingOrdersLeftAlone } from './mutants/standing-orders-left-alone.ts'
import { simulate, type Run } from './simulate.ts'

const mostSeeds = 400

/** The first seed of a fixed row that finds the fault; undefined when none does. A change of the shop may move it on. */
const firstToFind = async (mutation: Mutation, from = 1): Promise<Run | undefined> => {
  for (let seed = from; seed < from + mostSeeds; seed += 1) {
    const run = await simulate({ seed, mutation })
    if (run.violations.length > 0) return run
  }
  return undefined
}

/** Each fault, the statements that speak of the harm it does, and the seed from which on it is looked for: the first that has found it. */
const faults: readonly (readonly [Mutation, readonly number[], number?])[] = [
  // Statement 0: the follow-ups mend the harm, and find that nothing had been lost.
  [noReservationReleasedAhead, [0, 3, 10], 59],
  [noStockReleasedAhead, [0, 3, 10], 292],
  [latePaymentIgnored, [3], 8],
  [paymentAfterVoidIgnored, [2, 3, 5], 11],
  [externalRefundIgnored, [2, 3, 10], 5],
  [chargeDrivenByDecide, [3, 5], 6],
  [idsWithoutGroup, [9]],
  [repeatedAppendEntitles, [2], 4],
  [everyLeaseIsTheFirst, [2, 7]],
  [leasesAfterFailover, [2, 7], 4],
  [sentTakenForNeverSent, [2], 91],
  [rowsKeptOverARound, [8]],
  [refusedBeforeTheAppend, [11], 3],
  [doneBeforeTheAppend, [4], 114],
  // Statement 0: what nobody refuses is parked.
  [refusalForTheWholeBatch, [0, 11], 3],
  [commitLinesFromMemory, [10], 217],
  [alreadySoWithoutALook, [11], 91],
  [snapshotsOfAnyVersion, [1, 11], 3],
  // Statement 0: an order that expires for what we had not done ourselves.
  [standingOrdersLeftAlone, [0, 3, 5]],
]

describe('simulation with a fault put in', function () {
  this.timeout(120_000)
  const found: string[] = []

  for (const [mutation, statements, from] of faults) {
    it(`finds: ${mutation.name}`, async () => {
      const run = await firstToFind(mutation, from)
      const violation = run?.violations[0]
      expect(violation, `not found with ${mostSeeds} seeds`).not.to.equal(undefined)
      expect(statements).to.include(violation?.statement)
      // Without the fault the same run is well: it is the fault that was found.
      expect((await simulate({ seed: run?.seed ?? 0 })).violations).to.deep.equal([])
      found.push(`${mutation.name}: seed ${run?.seed}, statement ${violation?.statement}: ${violation?.wrong}`)
    })
  }

  after(() => {
    process.stdout.write(`${found.map((line) => `      ${line}\n`).join('')}`)
  })
})
