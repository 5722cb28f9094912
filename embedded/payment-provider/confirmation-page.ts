import type { Charge } from './records.ts'

const sentence = (charge: Charge | undefined): string => {
  if (charge === undefined) return 'There is no payment to confirm here.'
  return charge.status === 'succeeded'
    ? 'Thank you. The payment is confirmed; you may close this page.'
    : `The payment is ${charge.status} already.`
}

/** What the customer sees who follows a payment's `actionUrl`. Nothing in it comes from a request. */
export const confirmationPage = (charge: Charge | undefined): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Payment</title><body><p>${sentence(charge)}</p></body></html>
`
