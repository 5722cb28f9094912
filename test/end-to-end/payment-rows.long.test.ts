import { paymentRows } from './payment-rows/payment-rows.ts'
import { whole } from './payment-rows/whole-matrix.ts'

describe("an order's payment, by Stripe, with a death at every place in every call", () => {
  paymentRows(whole)
})
