import type { PaymentCase } from '../payment-case.ts'

/** What becomes of a charge that nobody calls off. */
export const charging: readonly PaymentCase[] = [
  {
    says: 'is paid at once',
    card: 'pm_card_visa',
    dies: [{ call: 'create payment' }],
    webhooksLate: 'payment',
    play: (order) => order.place(),
    stream: ['PaymentRequested 2000', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is declined',
    card: 'pm_card_visa_chargeDeclined',
    dies: [{ call: 'create payment' }],
    webhooksLate: 'payment',
    play: (order) => order.place(),
    stream: ['PaymentRequested 2000', 'PaymentFailed card_declined', 'PaymentVoided order_rejected'],
    ends: 'rejected',
  },
  {
    says: 'is confirmed by its customer at the bank',
    card: 'pm_card_authenticationRequired',
    dies: [{ call: 'create payment' }],
    webhooksLate: 'payment',
    async play(order) {
      await order.place()
      await order.until('PaymentActionRequired')
      await order.confirmAtBank()
    },
    stream: ['PaymentRequested 2000', 'PaymentActionRequired', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is confirmed by its customer at the bank, of which the webhook tells',
    card: 'pm_card_authenticationRequired',
    dies: [],
    async play(order) {
      await order.place()
      await order.until('PaymentActionRequired')
      await order.confirmAtBank()
    },
    stream: ['PaymentRequested 2000', 'PaymentActionRequired', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is refused by the bank',
    card: 'pm_card_authenticationRequired',
    dies: [{ call: 'create payment' }],
    webhooksLate: 'payment',
    async play(order) {
      await order.place()
      await order.until('PaymentActionRequired')
      order.refuseAtBank()
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentActionRequired',
      'PaymentFailed authentication_failed',
      'PaymentVoided order_rejected',
    ],
    ends: 'rejected',
  },
  {
    says: 'is told of by webhook before the call is answered',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      const call = order.held('create payment', 'performed')
      await order.place()
      const held = await call
      await order.until('PaymentSucceeded')
      await held.goOn()
    },
    stream: ['PaymentRequested 2000', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
]

const loses =
  (times: number): PaymentCase['play'] =>
  async (order) => {
    const calls = Array.from({ length: times }, (_, after) => order.held('create payment', 'arrived', { after }))
    await order.place()
    for (const call of calls) (await call).cut()
  }

const losesAnswer: PaymentCase['play'] = async (order) => {
  const call = order.held('create payment', 'performed')
  await order.place()
  ;(await call).cut()
  await order.until('PaymentOutcomeUnknown')
}

/** What becomes of one whose answer never came. */
export const unanswered: readonly PaymentCase[] = [
  {
    says: 'is unknown, and then found to be paid',
    card: 'pm_card_visa',
    dies: [],
    diesAtLookUp: true,
    webhooksLate: 'payment',
    play: losesAnswer,
    stream: ['PaymentRequested 2000', 'PaymentOutcomeUnknown', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is unknown, and then found to be declined',
    card: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    dies: [],
    diesAtLookUp: true,
    webhooksLate: 'payment',
    play: losesAnswer,
    stream: [
      'PaymentRequested 2000',
      'PaymentOutcomeUnknown',
      'PaymentFailed insufficient_funds',
      'PaymentVoided order_rejected',
    ],
    ends: 'rejected',
  },
  {
    says: 'is unknown, and then found to wait for its customer',
    card: 'pm_card_authenticationRequired',
    dies: [],
    diesAtLookUp: true,
    webhooksLate: 'payment',
    async play(order) {
      await losesAnswer(order)
      await order.until('PaymentActionRequired')
      await order.confirmAtBank()
    },
    stream: ['PaymentRequested 2000', 'PaymentOutcomeUnknown', 'PaymentActionRequired', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'waits for its customer, as the webhook says, before its answer is lost',
    card: 'pm_card_authenticationRequired',
    dies: [],
    async play(order) {
      const call = order.held('create payment', 'performed')
      await order.place()
      const held = await call
      await order.until('PaymentActionRequired')
      held.cut()
      await order.until('PaymentOutcomeUnknown')
      await order.confirmAtBank()
    },
    stream: ['PaymentRequested 2000', 'PaymentActionRequired', 'PaymentOutcomeUnknown', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is asked for three times, of which one arrives',
    card: 'pm_card_visa',
    dies: [],
    webhooksLate: 'payment',
    async play(order) {
      await loses(2)(order)
      await order.until('PaymentSucceeded')
      // The second time without an answer says nothing new.
      order.saw('RecordPaymentOutcome unknown: nothing')
    },
    stream: ['PaymentRequested 2000', 'PaymentOutcomeUnknown', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
]
