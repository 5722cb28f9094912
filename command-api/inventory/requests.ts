import { z } from 'zod'
import { mostUnits, text } from '../fields.ts'

export const receiveStockRequest = z
  .strictObject({ quantity: z.int().min(1).max(mostUnits), document: text(100) })
  .meta({ id: 'ReceiveStock' })

export const adjustStockRequest = z
  .strictObject({
    adjustmentId: text(100),
    delta: z
      .int()
      .min(-mostUnits)
      .max(mostUnits)
      .refine((delta) => delta !== 0, 'An adjustment by nothing is none.'),
    reason: text(500),
  })
  .meta({ id: 'AdjustStock' })
