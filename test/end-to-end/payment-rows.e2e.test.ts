import { firstSeed } from '../simulation/seeds.ts'
import { paymentRows } from './payment-rows/payment-rows.ts'
import { turns } from './payment-rows/whole-matrix.ts'

const seed = firstSeed()
/** Another one each day. */
const turn = Math.floor(seed / 10_000) % turns

describe(`an order's payment, by Stripe, turn ${turn} of ${turns} of the deaths, seed ${seed}`, () => {
  paymentRows([turn])
})
