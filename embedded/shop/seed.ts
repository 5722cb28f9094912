import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

const catalogueSchema = z.array(
  z.strictObject({ sku: z.string(), name: z.string(), amount: z.int(), currency: z.string(), stock: z.int() }),
)

export type CatalogueEntry = z.infer<typeof catalogueSchema>[number]

/** The products a new shop begins with. */
export const catalogue = catalogueSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, 'catalogue.json'), 'utf8')),
)

/** How the shop says that something of this name was there before, other than it would be now. */
const thereAlready = ['precondition_failed', 'document_reused']

/** A store that is busy or still wakes up: the API says 503, and asks its callers to repeat. */
const patienceMs = 60_000
const pauseMs = 500

/**
 * Adds products and their opening stock through the command API, as an operator would. Safe to repeat, on any log: a product that is there
 * stays as it is (at another price, or off sale), and opening stock that was taken in once is not taken in again, however much it was.
 */
export const seedCatalogue = async (
  commandApi: string,
  adminToken: string,
  entries: readonly CatalogueEntry[] = catalogue,
): Promise<void> => {
  const giveUpAt = Date.now() + patienceMs
  const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    const answer = await fetch(`${commandApi}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (answer.ok) return
    const text = await answer.text()
    if (answer.status === 503 && Date.now() < giveUpAt) {
      await delay(pauseMs)
      return post(path, body, headers)
    }
    if (thereAlready.some((code) => text.includes(`"${code}"`))) return
    throw new Error(`seeding: POST ${path} answered ${answer.status}: ${text}`)
  }
  await Promise.all(
    entries.map(async ({ sku, name, amount, currency, stock }) => {
      await post('/v1/products', { sku, name, price: { amount, currency } }, { 'if-none-match': '*' })
      if (stock > 0) await post(`/v1/inventory/${sku}/receipts`, { quantity: stock, document: `opening-${sku}` })
    }),
  )
}
