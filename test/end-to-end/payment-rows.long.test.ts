import { paymentRows } from './payment-rows/payment-rows.ts'
import { turns } from './payment-rows/whole-matrix.ts'

describe("an order's payment, by Stripe, with a death at every place in every call", () => {
  paymentRows(Array.from({ length: turns }, (_, turn) => turn))
})
