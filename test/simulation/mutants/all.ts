import { alreadySoWithoutALook } from './already-so-without-a-look.ts'
import { chargeDrivenByDecide } from './charge-driven-by-decide.ts'
import { commitLinesFromMemory } from './commit-lines-from-memory.ts'
import { doneBeforeTheAppend } from './done-before-the-append.ts'
import { everyLeaseIsTheFirst } from './every-lease-is-the-first.ts'
import { externalRefundIgnored } from './external-refund-ignored.ts'
import { idsWithoutGroup } from './ids-without-group.ts'
import { latePaymentIgnored } from './late-payment-ignored.ts'
import { leasesAfterFailover } from './leases-after-failover.ts'
import type { Mutation } from './mutation.ts'
import { noStockReleasedAhead } from './no-stock-released-ahead.ts'
import { noReservationReleasedAhead } from './no-reservation-released-ahead.ts'
import { paymentAfterVoidIgnored } from './payment-after-void-ignored.ts'
import { refusalForTheWholeBatch } from './refusal-for-the-whole-batch.ts'
import { refusedBeforeTheAppend } from './refused-before-the-append.ts'
import { repeatedAppendEntitles } from './repeated-append-entitles.ts'
import { rowsKeptOverARound } from './rows-kept-over-a-round.ts'
import { sentTakenForNeverSent } from './sent-taken-for-never-sent.ts'
import { snapshotsOfAnyVersion } from './snapshots-of-any-version.ts'
import { standingOrdersLeftAlone } from './standing-orders-left-alone.ts'

/** Faults that the simulation must find. */
export const mutations: readonly Mutation[] = [
  noReservationReleasedAhead,
  noStockReleasedAhead,
  latePaymentIgnored,
  paymentAfterVoidIgnored,
  chargeDrivenByDecide,
  idsWithoutGroup,
  repeatedAppendEntitles,
  everyLeaseIsTheFirst,
  externalRefundIgnored,
  leasesAfterFailover,
  sentTakenForNeverSent,
  rowsKeptOverARound,
  refusedBeforeTheAppend,
  doneBeforeTheAppend,
  refusalForTheWholeBatch,
  commitLinesFromMemory,
  alreadySoWithoutALook,
  snapshotsOfAnyVersion,
  standingOrdersLeftAlone,
]
