import Table from 'cli-table3'
import type { ListedMoney } from '../../payment-providers/listing.ts'
import { formatMoney } from '../../domain/shared/money.ts'
import { driftOf } from './difference.ts'
import type { Found } from './healing.ts'
import type { Reconciliation } from './reconcile.ts'

const asJson = (found: Found) => {
  const { kind, of, orderId, id, there, here, state, refused } = found
  return {
    kind,
    of,
    orderId,
    id,
    there: there ?? null,
    here: here ?? null,
    drift: driftOf(found) ?? null,
    state,
    refused: refused ?? null,
  }
}

export const reconciliationAsJson = (
  { begunAt, since, disputesSince, compared, found, stopped }: Reconciliation,
  dryRun: boolean,
) => ({
  begunAt: begunAt.toISOString(),
  since: since.toISOString(),
  disputesSince: disputesSince.toISOString(),
  dryRun,
  stopped: stopped ?? null,
  compared,
  differences: found.map(asJson),
})

const moneyText = (money: ListedMoney | undefined): string => (money === undefined ? '' : formatMoney(money, 'en'))

const states = { healed: 'recorded', healable: 'can be recorded', left: 'for an operator' } as const

/** For people. */
export const reconciliationText = ({ since, disputesSince, compared, found, stopped }: Reconciliation): string => {
  const { payments, refunds, disputes, movedHere, intents } = compared
  const lines = [
    `Compared since ${since.toISOString()}: ${payments} payments and ${refunds} refunds of the provider, ${disputes} disputes since ${disputesSince.toISOString()}, ${movedHere} events of ours, ${intents} intents without an outcome.`,
  ]
  if (found.length > 0) {
    const table = new Table({
      head: ['difference', 'of', 'order', 'id', 'there', 'here', 'state'],
      style: { head: [], border: [] },
    })
    for (const { kind, of, orderId, id, there, here, state, refused } of found)
      table.push([
        kind,
        of,
        orderId,
        id,
        moneyText(there),
        moneyText(here),
        refused === undefined ? states[state] : `${states[state]}: ${refused}`,
      ])
    lines.push(table.toString())
  }
  if (stopped !== undefined)
    lines.push(`Stopped before the end: ${stopped}. What came before it holds; start it again.`)
  else if (found.length === 0) lines.push('No differences.')
  return lines.join('\n')
}

/** 0: no difference is left; 1: some are, or nobody knows because it was stopped. */
export const exitCodeOf = ({ found, stopped }: Reconciliation): 0 | 1 =>
  stopped === undefined && found.every(({ state }) => state === 'healed') ? 0 : 1
