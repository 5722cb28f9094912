import { noJournal, openJournal, readJournal } from './journal.ts'
import type { Answer, Charge, Dispute, LedgerRecord, Refund, WebhookEvent } from './records.ts'

/** Everything the provider knows, in memory, and in a journal if a file is given. */
export type Ledger = {
  charges(): readonly Charge[]
  charge(id: string): Charge | undefined
  /** In the order in which they were made. */
  chargesOf(paymentId: string): readonly Charge[]
  refundsOf(providerPaymentId: string): readonly Refund[]
  refund(id: string): Refund | undefined
  refunds(): readonly Refund[]
  disputesOf(providerPaymentId: string): readonly Dispute[]
  dispute(id: string): Dispute | undefined
  disputes(): readonly Dispute[]
  answer(key: string): Answer | undefined
  undelivered(): readonly WebhookEvent[]
  /** In force, and kept, when it returns; neither when it throws. */
  record(record: LedgerRecord): void
  close(): Promise<void>
}

export const openLedger = async (file: string | undefined): Promise<Ledger> => {
  const charges = new Map<string, Charge>()
  const refunds = new Map<string, Refund>()
  const disputes = new Map<string, Dispute>()
  const answers = new Map<string, Answer>()
  const webhooks = new Map<string, WebhookEvent>()

  const chargeIds = new Map<string, Set<string>>()
  const refundIds = new Map<string, Set<string>>()
  const index = (ids: Map<string, Set<string>>, key: string, id: string) =>
    ids.set(key, (ids.get(key) ?? new Set()).add(id))

  const apply = (record: LedgerRecord) => {
    if ('charge' in record) {
      charges.set(record.charge.id, record.charge)
      index(chargeIds, record.charge.paymentId, record.charge.id)
    } else if ('refund' in record) {
      refunds.set(record.refund.id, record.refund)
      index(refundIds, record.refund.providerPaymentId, record.refund.id)
    } else if ('dispute' in record) disputes.set(record.dispute.id, record.dispute)
    else if ('answer' in record) answers.set(record.answer.key, record.answer)
    else if ('webhook' in record) webhooks.set(record.webhook.id, record.webhook)
    else webhooks.delete(record.delivered)
  }
  if (file !== undefined) for (const record of await readJournal(file)) apply(record)
  const state = (): LedgerRecord[] => [
    ...[...charges.values()].map((charge) => ({ charge })),
    ...[...refunds.values()].map((refund) => ({ refund })),
    ...[...disputes.values()].map((dispute) => ({ dispute })),
    ...[...answers.values()].map((answer) => ({ answer })),
    ...[...webhooks.values()].map((webhook) => ({ webhook })),
  ]
  const journal = file === undefined ? noJournal : await openJournal(file, state())

  return {
    charges: () => [...charges.values()],
    charge: (id) => charges.get(id),
    refunds: () => [...refunds.values()],
    chargesOf: (paymentId) => [...(chargeIds.get(paymentId) ?? [])].flatMap((id) => charges.get(id) ?? []),
    refundsOf: (providerPaymentId) =>
      [...(refundIds.get(providerPaymentId) ?? [])].flatMap((id) => refunds.get(id) ?? []),
    refund: (id) => refunds.get(id),
    disputesOf: (id) => [...disputes.values()].filter(({ providerPaymentId }) => providerPaymentId === id),
    dispute: (id) => disputes.get(id),
    disputes: () => [...disputes.values()],
    answer: (key) => answers.get(key),
    undelivered: () => [...webhooks.values()],
    record: (record) => {
      journal.append(record)
      apply(record)
    },
    close: () => journal.close(),
  }
}
