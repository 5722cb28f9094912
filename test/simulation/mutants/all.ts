import { chargeDrivenByDecide } from './charge-driven-by-decide.ts'
import { everyLeaseIsTheFirst } from './every-lease-is-the-first.ts'
import { idsWithoutGroup } from './ids-without-group.ts'
import { latePaymentIgnored } from './late-payment-ignored.ts'
import { leasesAfterFailover } from './leases-after-failover.ts'
import type { Mutation } from './mutation.ts'
import { noFence } from './no-fence.ts'
import { noTombstone } from './no-tombstone.ts'
import { paymentAfterVoidIgnored } from './payment-after-void-ignored.ts'
import { repeatedAppendEntitles } from './repeated-append-entitles.ts'
import { rowsKeptOverARound } from './rows-kept-over-a-round.ts'

/** Faults that the simulation must find. */
export const mutations: readonly Mutation[] = [
  noTombstone, noFence, latePaymentIgnored, paymentAfterVoidIgnored, chargeDrivenByDecide, idsWithoutGroup,
  repeatedAppendEntitles, everyLeaseIsTheFirst, leasesAfterFailover,
  rowsKeptOverARound,
]
