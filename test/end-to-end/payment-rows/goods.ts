/** What the orders of the cases are for. */
export const goods = [
  { sku: 'ROW-TEA', name: 'Tea of the rows', amount: 600, currency: 'EUR', stock: 2_000 },
  { sku: 'ROW-POT', name: 'Pot of the rows', amount: 800, currency: 'EUR', stock: 1_000 },
  { sku: 'ROW-NONE', name: 'What there is none of', amount: 2_000, currency: 'EUR', stock: 0 },
] as const

/** Of the usual order. */
export const usualLines = [
  { sku: 'ROW-TEA', quantity: 2 },
  { sku: 'ROW-POT', quantity: 1 },
] as const
export const usualTotal = 2_000
