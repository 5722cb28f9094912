import type { Shop } from './shop.ts'
import { developmentToken } from './token.ts'

const exampleOrder = (isStripe: boolean) =>
  JSON.stringify({
    lines: [
      { sku: 'TEA-GREEN-100', quantity: 2 },
      { sku: 'MUG-BLUE', quantity: 1 },
    ],
    shipTo: { name: 'Alice Example', street: 'Lindenweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
    contact: { email: 'alice@example.com' },
    payment: { method: isStripe ? 'pm_card_visa' : 'card-ok' },
  })

/** What `npm start` says when all is ready: where things are, who one can be, and what to try. */
export const screen = (
  shop: Shop,
  { tookMs, environment }: { tookMs: number; environment: NodeJS.ProcessEnv },
): string => {
  const { urls, secrets } = shop
  const isStripe = environment['PAYMENT_PROVIDER'] === 'stripe'
  const customer = developmentToken(secrets, { sub: 'alice', role: 'customer' })
  const operator = developmentToken(secrets, { sub: 'olga', role: 'operator' })
  const database = new URL(shop.databaseUrl)
  database.password = ''
  return `
Ready after ${(tookMs / 1_000).toFixed(1)} s.

  console            ${urls.console}      for operators: open it in a browser
  orders (write)     ${urls.commandApi}      docs at /docs
  orders (read)      ${urls.readApi}      docs at /docs
  dead letters       ${urls.processors}      docs at /docs
  projections        ${urls.projections}/metrics
  payment provider   ${isStripe ? 'Stripe' : `${urls.paymentProvider}      (a mock)`}
  mails sent         ${urls.mails}
  event store        ${shop.eventStoreUrl}
  read models        ${database.toString()}
  logs               ${shop.logs}

An order that is not confirmed expires after ${environment['ORDER_DEADLINE_SECONDS']} s here (ORDER_DEADLINE_SECONDS).
In another terminal, two tokens, good for twelve hours (more: npm run -s token -- --role customer --sub alice):

export CUSTOMER=${customer}
export OPERATOR=${operator}

Place an order (another Idempotency-Key is another order), see it, see what happened to it:

curl -s ${urls.commandApi}/v1/orders -H "Authorization: Bearer $CUSTOMER" -H "Idempotency-Key: first-order" -H 'Content-Type: application/json' -d '${exampleOrder(isStripe)}'

curl -s ${urls.readApi}/v1/orders -H "Authorization: Bearer $CUSTOMER"

curl -s ${urls.readApi}/v1/orders/$(curl -s '${urls.readApi}/v1/orders?limit=1' -H "Authorization: Bearer $CUSTOMER" | sed -E 's/.*"orderId":"([^"]*)".*/\\1/')/timeline -H "Authorization: Bearer $CUSTOMER"

Or twenty orders of every kind at once: npm run demo      Stop: Ctrl-C
`
}
