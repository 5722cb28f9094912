import { ProviderUnavailable, type PaymentProvider } from '../../../payment-providers/port.ts'
import type { Network } from '../network.ts'
import type { Life } from '../processes.ts'
import type { Weather } from '../weather.ts'
import type { createCharges } from './charges.ts'
import type { createRefunds } from './refunds.ts'

export type ProviderServer = ReturnType<typeof createCharges> & ReturnType<typeof createRefunds>

/**
 * The provider as one process sees it: refused at once, answered late, or never answered although it was done. A request that was sent
 * arrives, be its sender dead by then or have given up.
 */
export const remoteProvider = (
  server: ProviderServer,
  life: Life,
  network: Network,
  weather: Weather,
): PaymentProvider => {
  const ask = <Answer>(what: string, act: () => Answer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (weather.isAway('payment provider')) {
        network.answer(life, `is refused: ${what}`, () => reject(new ProviderUnavailable('connection refused')))
        return
      }
      if (weather.loses()) return
      network.send(`provider is asked: ${what}`, () => {
        const answer = act()
        if (!weather.loses()) network.answer(life, `is answered: ${what}`, () => resolve(answer))
      })
    })

  return {
    charge: (request) => ask(`charge ${request.paymentId}`, () => server.charge(request)),
    cancel: ({ paymentId }) => ask(`cancel ${paymentId}`, () => server.cancel(paymentId)),
    lookUp: ({ paymentId }) => ask(`look up ${paymentId}`, () => server.lookUp(paymentId)),
    refund: (request) => ask(`refund ${request.refundId}/${request.attempt}`, () => server.refund(request)),
    lookUpRefund: (refund) =>
      ask(`look up refund ${refund.refundId}/${refund.attempt}`, () => server.lookUpRefund(refund)),
  }
}
