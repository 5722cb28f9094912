import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fold } from '../shared/decider.ts'
import { ForgetfulMap } from '../shared/forgetful-map.ts'
import { PersistentMap } from '../shared/persistent-map.ts'
import type { StockEvent } from './events.ts'
import { idOf, streams } from '../shared/streams.ts'
import { rememberedForMs, stockDecider, type Adjustment, type ClosedHold, type Stock } from './stock.ts'

const forgetful = <Value extends z.ZodType>(value: Value) => {
  const entries = z.array(z.tuple([z.string(), value]))
  return z.strictObject({ recent: entries, earlier: entries, since: z.int(), hasForgotten: z.boolean() })
}

const contentSchema = z.strictObject({
  onHand: z.int().nonnegative(),
  reserved: z.int().nonnegative(),
  held: z.array(z.tuple([z.string(), z.int().positive()])),
  settled: forgetful(z.strictObject({ status: z.enum(['released', 'committed']), quantity: z.int().nonnegative() })),
  documents: forgetful(z.int()),
  adjustments: forgetful(z.strictObject({ delta: z.int(), reason: z.string() })),
})
type Content = z.infer<typeof contentSchema>

/** A stock's state as plain JSON, where the closed holds are called `settled`. */
const stockToContent = ({ onHand, reserved, held, closed, documents, adjustments }: Stock): unknown => ({
  onHand,
  reserved,
  held: [...held],
  settled: closed.content(),
  documents: documents.content(),
  adjustments: adjustments.content(),
})

/** Undefined for what is no stock's state. */
const stockFromContent = (content: unknown): Stock | undefined => {
  const { data } = contentSchema.safeParse(content)
  return data === undefined ? undefined : stockOf(data)
}

const stockOf = ({ onHand, reserved, held, settled, documents, adjustments }: Content): Stock => ({
  onHand,
  reserved,
  held: held.reduce((map, [orderId, quantity]) => map.with(orderId, quantity), PersistentMap.empty<number>()),
  closed: ForgetfulMap.of<ClosedHold>(settled, rememberedForMs),
  documents: ForgetfulMap.of<number>(documents, rememberedForMs),
  adjustments: ForgetfulMap.of<Adjustment>(adjustments, rememberedForMs),
})

/** About what a stock's state takes in memory: an entry is a key, a small object and its share of the maps' branches. */
const stockBytes = ({ held, closed, documents, adjustments }: Stock): number =>
  1_000 + 250 * (held.size + closed.size + documents.size + adjustments.size)

/** Every kind of event, and the pairs of them that meet. The fold of these, their texts included, tells one version of the fold from another. */
const everyKind: readonly StockEvent[] = [
  { type: 'StockReceived', sku: 'A', quantity: 9, document: 'D-1' },
  { type: 'StockReceived', sku: 'A', quantity: 9, document: 'D-1' },
  { type: 'StockAdjusted', sku: 'A', adjustmentId: 'A-1', delta: -2, reason: 'counted' },
  { type: 'StockReserved', sku: 'A', orderId: 'held', quantity: 1 },
  { type: 'StockReserved', sku: 'A', orderId: 'committed', quantity: 2 },
  { type: 'StockReserved', sku: 'A', orderId: 'released', quantity: 3 },
  { type: 'StockReserved', sku: 'A', orderId: 'too much', quantity: 99 },
  { type: 'StockCommitted', sku: 'A', orderId: 'committed', quantity: 2 },
  { type: 'StockReleased', sku: 'A', orderId: 'released', quantity: 3 },
  { type: 'StockReleased', sku: 'A', orderId: 'fence', quantity: 0 },
  { type: 'StockReserved', sku: 'A', orderId: 'fence', quantity: 1 },
]

/** Of the fold, and of how its states are written down: a snapshot of another one is of no use. */
const version = createHash('sha256')
  .update(
    JSON.stringify([
      stockToContent(fold(stockDecider, everyKind)),
      // What it forgets, and when.
      stockToContent(
        fold(stockDecider, everyKind.slice(-3), fold(stockDecider, everyKind), new Date(rememberedForMs + 1)),
      ),
    ]),
  )
  .digest('hex')
  .slice(0, 16)

/** How the states of stock are kept: a stock stream never ends, and a busy one is thousands of events long. */
export const stockSnapshots = {
  fold: stockDecider,
  everyEvents: 1_000,
  version,
  snapshotStreamOf: (stream: string): string => streams.stockSnapshot(idOf(stream)),
  toContent: stockToContent,
  fromContent: stockFromContent,
  bytesOf: stockBytes,
} as const
