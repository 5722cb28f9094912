import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const catalogueSchema = z.array(z.strictObject({ sku: z.string(), name: z.string(), amount: z.int(), currency: z.string(), stock: z.int() }))

export type CatalogueEntry = z.infer<typeof catalogueSchema>[number]

/** The products a new shop begins with. */
export const catalogue = catalogueSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, 'catalogue.json'), 'utf8')),
)

/**
 * Adds products and their opening stock through the command API, as an operator would. Safe to repeat: a product that is there
 * stays as it is (also when its price has changed since), and a stock receipt counts once for its document.
 */
export const seedCatalogue = async (
  commandApi: string,
  adminToken: string,
  entries: readonly CatalogueEntry[] = catalogue,
): Promise<void> => {
  const post = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${commandApi}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (answer.ok) return
    const text = await answer.text()
    if (answer.status === 409 && text.includes('product_exists')) return
    throw new Error(`seeding: POST ${path} answered ${answer.status}: ${text}`)
  }
  await Promise.all(
    entries.map(async ({ sku, name, amount, currency, stock }) => {
      await post('/v1/products', { sku, name, price: { amount, currency } })
      if (stock > 0) await post(`/v1/inventory/${sku}/receipts`, { quantity: stock, document: `opening-${sku}` })
    }),
  )
}
