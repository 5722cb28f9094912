import { seedOfDay } from '../support/seed-of-day.ts'
import { paymentRows } from './payment-rows/payment-rows.ts'
import { partOf } from './payment-rows/whole-matrix.ts'

const seed = seedOfDay('PAYMENT_ROWS_SEED')
const part = partOf(seed)

describe(`an order's payment, by Stripe, with deaths in its calls (${part.says}: PAYMENT_ROWS_SEED=${seed})`, () => {
  paymentRows(part)
})
