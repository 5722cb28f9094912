import { paymentDecider } from '../../../domain/payments/payment.ts'
import { replacedDecision } from './replaced-decider.ts'

/** Money that comes after the payment was voided is not written down: the other half of a late payment. */
export const paymentAfterVoidIgnored = replacedDecision(
  'payment after the void ignored',
  paymentDecider,
  (command, payment) =>
    command.type === 'RecordPaymentOutcome' && command.outcome.kind === 'succeeded' && payment.status === 'voided'
      ? []
      : undefined,
)
