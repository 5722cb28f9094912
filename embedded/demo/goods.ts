import type { Scenario, ScenarioLine } from './scenarios.ts'

/** The warehouse, as an operator sees and fills it. */
export type Warehouse = {
  /** Units that nobody has reserved; undefined for a SKU that has never been there. */
  available(sku: string): Promise<number | undefined>
  receive(sku: string, quantity: number, document: string): Promise<void>
}

type Line = { readonly sku: string; readonly quantity: number }

/** Far more than the orders that go on meanwhile could take or bring. */
const margin = 50

/**
 * Sees to it that the scenarios end as they must whatever the warehouse holds, in a shop that has sold for a while: what they order is taken
 * in where there is little of it, and of what must be short they order more than there is.
 * @returns the lines that a scenario orders
 */
export const prepareGoods = async (
  warehouse: Warehouse,
  scenarios: readonly Scenario[],
  document: string,
): Promise<(line: ScenarioLine) => Line> => {
  const needed = new Map<string, number>()
  const short = new Set<string>()
  for (const { sku, quantity } of scenarios.flatMap(({ lines }) => lines)) {
    if (quantity === 'more than there is') short.add(sku)
    else needed.set(sku, (needed.get(sku) ?? 0) + quantity)
  }
  await Promise.all(
    [...needed].map(async ([sku, units]) => {
      if (((await warehouse.available(sku)) ?? 0) < units + margin)
        await warehouse.receive(sku, units + margin, document)
    }),
  )
  const there = new Map(
    await Promise.all([...short].map(async (sku) => [sku, (await warehouse.available(sku)) ?? 0] as const)),
  )
  return ({ sku, quantity }) => ({
    sku,
    quantity: quantity === 'more than there is' ? (there.get(sku) ?? 0) + margin : quantity,
  })
}
